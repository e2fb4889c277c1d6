import * as tf from '@tensorflow/tfjs-core'
import type { HindsightConfig } from './hindsight.schema.ts'

/**
 * What values aim at: y[t] = r[t] + γ v[t + 1], within what rewards of -1 and 0 can add up to. After the last
 * step there is nothing when it is terminated, and when it is truncated nobody knows: weight 0.
 *
 * @param reward - [T, B]
 * @param next - value of the state before each step [T, B]
 */
export function criticTargets(
  reward: tf.Tensor2D,
  next: tf.Tensor2D,
  { discount, horizon }: Pick<HindsightConfig, 'discount' | 'horizon'>,
): { target: tf.Tensor2D; weight: tf.Tensor2D } {
  const [steps, batch] = reward.shape
  const later = tf.slice(next, [1, 0], [steps - 1, batch])
  const last = tf.zeros<tf.Rank.R2>([1, batch])
  const sum = tf.add(reward, tf.mul(tf.concat([later, last], 0), discount))
  const isKnown = horizon === 'terminated' ? tf.onesLike(last) : last
  return {
    target: tf.clipByValue(sum, -1 / (1 - discount), 0) as tf.Tensor2D,
    weight: tf.concat([tf.onesLike(later), isKnown], 0),
  }
}
