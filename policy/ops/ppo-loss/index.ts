import * as tf from '@tensorflow/tfjs-core'
import { hasKernel } from '../has-kernel.ts'
import { ppoLossComposite } from './composite.ts'
import { PPO_LOSS } from './gradient.ts'

/** What the networks say of the rows. */
export interface PpoPrediction {
  /** Action means [rows, action]. */
  readonly mean: tf.Tensor2D
  /** [action] */
  readonly logStd: tf.Tensor1D
  /** Values in units of the return scale [rows]. */
  readonly values: tf.Tensor1D
}

/** What was done in the rows, and what came of it. */
export interface PpoExperience {
  /** [rows, action] */
  readonly action: tf.Tensor2D
  /** [rows] each */
  readonly logProb: tf.Tensor1D
  readonly advantage: tf.Tensor1D
  readonly target: tf.Tensor1D
}

export interface PpoLossOptions {
  /** How far the ratio of probabilities may leave 1 before it gains nothing more. */
  readonly clip: number
  /** Greatest ratio at which a bad action counts (Ye et al. 2020, arXiv 1912.09729, equation 4); above 1. */
  readonly dualClip: number
  readonly valueWeight: number
  /** Weight of the mean square by which means exceed `meanLimit`. */
  readonly meanPenalty: number
  readonly meanLimit: number
}

export interface PpoLossResult {
  readonly loss: tf.Scalar
  /**
   * Policy loss, value loss, KL, clip fraction; not differentiable. The KL is estimated by 2 (1 - √ratio)², four
   * times the squared Hellinger distance in the mean: equal to second order, and where a few actions became
   * impossible they do not rule the mean as they do that of -log ratio.
   */
  readonly figures: tf.Tensor1D
}

/**
 * The joint loss of actor and critic (Schulman et al. 2017, equations 7 and 9, without entropy; dual clip), means
 * over the rows, differentiable in the prediction. Closed form where the backend has it, else composed.
 */
export function ppoLoss(
  prediction: PpoPrediction,
  { action, logProb, advantage, target }: PpoExperience,
  { clip, dualClip, valueWeight, meanPenalty, meanLimit }: PpoLossOptions,
): PpoLossResult {
  const experience = { action, logProb, advantage, target }
  const options = { clip, dualClip, valueWeight, meanPenalty, meanLimit }
  if (!hasKernel(PPO_LOSS)) return ppoLossComposite(prediction, experience, options)
  return tf.tidy(() => {
    const inputs = { ...prediction, ...experience }
    const [loss, figures] = tf.engine().runKernel(PPO_LOSS, inputs, options) as tf.Tensor[]
    return { loss: loss as tf.Scalar, figures: figures as tf.Tensor1D }
  })
}
