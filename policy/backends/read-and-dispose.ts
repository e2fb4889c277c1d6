import type * as tf from '@tensorflow/tfjs-core'

/** The values of a float32 tensor that is not needed any more. Waits for devices that must be waited for. */
export async function readAndDispose(tensor: tf.Tensor): Promise<Float32Array> {
  const values = await tensor.data<'float32'>()
  tensor.dispose()
  return values
}
