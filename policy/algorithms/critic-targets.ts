import * as tf from '@tensorflow/tfjs-core'
import type { HindsightConfig } from './hindsight.schema.ts'

/**
 * What values aim at: y[t] = r[t] + γ ((1 - λ) v[t + 1] + λ y[t + 1]), within what rewards of -1 and 0 can add up to:
 * Peng's Q(λ) (Kozuno et al. 2021, arXiv 2103.00107, equation 3), which λ = 0 makes one-step targets. After the last
 * step there is nothing when it is terminated, and when it is truncated nobody knows: weight 0.
 *
 * @param reward - row by row [T, B]
 * @param next - value of the state before each step [T, B]
 */
export function criticTargets(
  reward: Float32Array,
  next: tf.Tensor2D,
  { discount, traceDecay, horizon }: Pick<HindsightConfig, 'discount' | 'traceDecay' | 'horizon'>,
): { target: tf.Tensor2D; weight: tf.Tensor2D } {
  const [steps, batch] = next.shape
  const values = next.dataSync()
  const target = new Float32Array(steps * batch)
  const weight = new Float32Array(steps * batch).fill(1)
  const last = (steps - 1) * batch
  for (let at = target.length - 1; at >= 0; at--) {
    let later = 0
    if (at < last) {
      later = (1 - traceDecay) * values[at + batch]! + traceDecay * target[at + batch]!
    } else if (horizon === 'truncated') {
      target[at] = values[at]!
      weight[at] = 0
      continue
    }
    const sum = reward[at]! + discount * later
    target[at] = Math.min(0, Math.max(-1 / (1 - discount), sum))
  }
  return {
    target: tf.tensor2d(target, [steps, batch]),
    weight: tf.tensor2d(weight, [steps, batch]),
  }
}
