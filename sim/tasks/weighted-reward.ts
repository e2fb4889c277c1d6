import { clamp } from '../../robot/model/scalar.ts'

/** A step's reward stays within ± this. */
const MOST_PER_STEP = 5

/**
 * Weighted sum of a step's terms, limited to ± 5; 0 when a term that counts is not finite, as of a simulation
 * that has diverged.
 *
 * @param terms - as many as there are weights, from `offset` on
 */
export function weightedReward(terms: Float64Array, weights: Float64Array, offset = 0): number {
  let sum = 0
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] !== 0) sum += weights[i]! * terms[offset + i]!
  }
  return Number.isFinite(sum) ? clamp(sum, -MOST_PER_STEP, MOST_PER_STEP) : 0
}
