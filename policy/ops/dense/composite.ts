import * as tf from '@tensorflow/tfjs-core'
import type { DenseActivation } from './index.ts'

/** The layer out of ordinary TensorFlow.js ops, x [N, I]. */
export function denseComposite(
  x: tf.Tensor2D,
  w: tf.Tensor2D,
  b: tf.Tensor1D,
  activation: DenseActivation,
): tf.Tensor {
  const linear = tf.add(tf.matMul(x, w), b)
  if (activation === 'linear') return linear
  return activation === 'relu' ? tf.relu(linear) : tf.elu(linear)
}
