import { clamp } from '../../robot/model/scalar.ts'

/** A step's reward stays within ± this. */
const MOST_PER_STEP = 5

/** Weighted sum of a step's terms, limited to ± 5; 0 when the simulation has diverged. */
export function weightedReward(terms: Float64Array, weights: Float64Array): number {
  let sum = 0
  for (let i = 0; i < weights.length; i++) sum += weights[i]! * terms[i]!
  return Number.isFinite(sum) ? clamp(sum, -MOST_PER_STEP, MOST_PER_STEP) : 0
}
