import * as tf from '@tensorflow/tfjs-core'

export interface BackendOps {
  /** Of TensorFlow.js, as registered. */
  readonly backendName: string
  readonly kernels: Readonly<Record<string, tf.KernelFunc>>
  readonly gradients: readonly tf.GradConfig[]
}

/** Registers fused ops on a backend. @returns takes them out again */
export function registerOps({ backendName, kernels, gradients }: BackendOps): () => void {
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    tf.registerKernel({ kernelName, backendName, kernelFunc })
  }
  for (const gradient of gradients) tf.registerGradient(gradient)
  return () => {
    for (const kernelName of Object.keys(kernels)) tf.unregisterKernel(kernelName, backendName)
    for (const { kernelName } of gradients) tf.unregisterGradient(kernelName)
  }
}
