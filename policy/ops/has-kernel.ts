import * as tf from '@tensorflow/tfjs-core'

/** Whether the current backend registered a kernel of that name. */
export function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) != null
}
