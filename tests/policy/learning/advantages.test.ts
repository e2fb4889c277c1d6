import { describe, expect, it } from 'vitest'
import { estimateAdvantages } from '../../../policy/learning/advantages.ts'
import { BOUNDARY } from '../../../policy/learning/rollout.ts'

/** One arm, three steps; γ = 0.5, λ = 0.5, so γλ = 0.25. Rewards 1, 2, 4; values 1, 2, 3; 8 afterwards. */
function advantages(boundary: readonly number[]): number[] {
  const out = estimateAdvantages(
    {
      shape: { steps: 3, numEnvs: 1 },
      reward: Float32Array.of(1, 2, 4),
      boundary: Uint8Array.from(boundary),
    },
    {
      values: Float32Array.of(1, 2, 3),
      boundaryValues: Float32Array.of(6, 6, 8),
      discount: 0.5,
      traceDecay: 0.5,
    },
  )
  return [...out]
}

const { continue: on, terminated, truncated } = BOUNDARY

describe('estimateAdvantages', () => {
  it('counts nothing after a terminated step', () => {
    // δ2 = 4 + 0 − 3 = 1; δ1 = 2 + 0.5·3 − 2 = 1.5; δ0 = 1 + 0.5·2 − 1 = 1
    // A2 = 1; A1 = 1.5 + 0.25·1 = 1.75; A0 = 1 + 0.25·1.75 = 1.4375
    expect(advantages([on, on, terminated])).toEqual([1.4375, 1.75, 1])
  })

  it('adds the value of the state reached by a truncated step', () => {
    // δ2 = 4 + 0.5·8 − 3 = 5; A1 = 1.5 + 0.25·5 = 2.75; A0 = 1 + 0.25·2.75 = 1.6875
    expect(advantages([on, on, truncated])).toEqual([1.6875, 2.75, 5])
  })

  it('goes on with the boundary value where a rollout is cut mid-episode', () => {
    expect(advantages([on, on, on])).toEqual(advantages([on, on, truncated]))
  })

  it('passes nothing back over a boundary inside the rollout', () => {
    // terminated at 0: A0 = δ0 = 1 + 0 − 1 = 0
    expect(advantages([terminated, on, terminated])).toEqual([0, 1.75, 1])
    // truncated at 0: A0 = δ0 = 1 + 0.5·6 − 1 = 3, with the value of the state reached, not the next row's
    expect(advantages([truncated, on, terminated])).toEqual([3, 1.75, 1])
  })

  it('keeps arms apart', () => {
    const out = estimateAdvantages(
      {
        shape: { steps: 2, numEnvs: 2 },
        reward: Float32Array.of(1, 10, 2, 20),
        boundary: Uint8Array.of(on, on, terminated, terminated),
      },
      {
        values: new Float32Array(4),
        boundaryValues: new Float32Array(4),
        discount: 0.5,
        traceDecay: 1,
      },
    )
    expect([...out]).toEqual([2, 20, 2, 20])
  })
})
