import * as tf from '@tensorflow/tfjs-core'

/**
 * Squared error of each action component, averaged over components and over the rows that count.
 *
 * @param mean - [rows, action]
 * @param label - [rows, action]
 * @param weight - 0 or 1 [rows]
 */
export function imitationLoss(
  mean: tf.Tensor2D,
  label: tf.Tensor2D,
  weight: tf.Tensor1D,
): tf.Scalar {
  const error = tf.mean(tf.square(tf.sub(mean, label)), 1)
  const count = tf.maximum(tf.sum(weight), 1)
  return tf.div(tf.sum(tf.mul(error, weight)), count) as tf.Scalar
}
