import * as tf from '@tensorflow/tfjs-core'

/** Puts another implementation in place of a registered kernel. @returns puts the original back */
export function replaceKernel(original: tf.KernelConfig, kernelFunc: tf.KernelFunc): () => void {
  const swap = (to: tf.KernelFunc) => {
    tf.unregisterKernel(original.kernelName, original.backendName)
    tf.registerKernel({ ...original, kernelFunc: to })
  }
  swap(kernelFunc)
  return () => swap(original.kernelFunc)
}
