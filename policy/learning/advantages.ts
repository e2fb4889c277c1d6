import { BOUNDARY, type Rollout } from './rollout.ts'

export interface AdvantageOptions {
  /** Value of the state before each step [steps, numEnvs]. */
  readonly values: Float32Array
  /** Value of the state after a step that ends a segment or the rollout [steps, numEnvs]; else unread. */
  readonly boundaryValues: Float32Array
  /** γ */
  readonly discount: number
  /** λ */
  readonly traceDecay: number
}

/**
 * Generalised advantage estimates (Schulman et al. 2016) [steps, numEnvs].
 *
 *   δ = r + γ v' − v,  A = δ + γ λ A'
 *
 * After a terminated step v' and A' are 0; after a truncated one, and after the rollout's last, v' is
 * the boundary value (of the state reached, not of the one before) and A' is 0.
 */
export function estimateAdvantages(
  rollout: Pick<Rollout, 'reward' | 'boundary'> & {
    readonly shape: Pick<Rollout['shape'], 'steps' | 'numEnvs'>
  },
  { values, boundaryValues, discount, traceDecay }: AdvantageOptions,
): Float32Array {
  const { steps, numEnvs } = rollout.shape
  const advantages = new Float32Array(steps * numEnvs)
  for (let env = 0; env < numEnvs; env++) {
    let nextAdvantage = 0
    for (let t = steps - 1; t >= 0; t--) {
      const at = t * numEnvs + env
      const boundary = rollout.boundary[at]
      let nextValue = t === steps - 1 ? boundaryValues[at]! : values[at + numEnvs]!
      if (boundary === BOUNDARY.terminated) nextValue = 0
      if (boundary === BOUNDARY.truncated) nextValue = boundaryValues[at]!
      if (boundary !== BOUNDARY.continue) nextAdvantage = 0
      const delta = rollout.reward[at]! + discount * nextValue - values[at]!
      nextAdvantage = delta + discount * traceDecay * nextAdvantage
      advantages[at] = nextAdvantage
    }
  }
  return advantages
}
