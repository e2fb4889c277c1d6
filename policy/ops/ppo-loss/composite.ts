import * as tf from '@tensorflow/tfjs-core'
import { LOG_SQRT_2PI } from './closed-form.ts'
import type { PpoExperience, PpoLossOptions, PpoLossResult, PpoPrediction } from './index.ts'

/** The loss out of ordinary TensorFlow.js ops: on any backend, with gradients by autograd. */
export function ppoLossComposite(
  { mean, logStd, values }: PpoPrediction,
  { action, logProb, advantage, target }: PpoExperience,
  { clip, dualClip, valueWeight, meanPenalty, meanLimit }: PpoLossOptions,
): PpoLossResult {
  const logRatio = tf.sub(gaussianLogProb(action, mean, logStd), logProb)
  const ratio = tf.exp(logRatio)
  const unclipped = tf.mul(ratio, advantage)
  const clipped = tf.mul(tf.clipByValue(ratio, 1 - clip, 1 + clip), advantage)
  const floor = tf.mul(tf.minimum(advantage, 0), dualClip)
  const policyLoss = tf.neg(tf.mean(tf.maximum(tf.minimum(unclipped, clipped), floor)))
  const valueLoss = tf.mean(tf.square(tf.sub(values, target)))
  const excess = tf.relu(tf.sub(tf.abs(mean), meanLimit))
  const penalty = tf.mul(tf.mean(tf.square(excess)), meanPenalty)
  const loss = tf.add(tf.add(policyLoss, tf.mul(valueLoss, valueWeight)), penalty)
  const kl = tf.mul(tf.mean(tf.square(tf.sub(1, tf.exp(tf.mul(logRatio, 0.5))))), 2)
  const clipFraction = tf.mean(tf.cast(tf.greater(tf.abs(tf.sub(ratio, 1)), clip), 'float32'))
  return {
    loss: loss as tf.Scalar,
    figures: tf.stack([policyLoss, valueLoss, kl, clipFraction]) as tf.Tensor1D,
  }
}

/** log N(action; mean, exp(logStd)²), summed over action components [rows]. */
function gaussianLogProb(action: tf.Tensor2D, mean: tf.Tensor2D, logStd: tf.Tensor1D): tf.Tensor {
  const z = tf.div(tf.sub(action, mean), tf.exp(logStd))
  const constant = tf.add(tf.sum(logStd), logStd.size * LOG_SQRT_2PI)
  return tf.sub(tf.mul(tf.sum(tf.square(z), 1), -0.5), constant)
}
