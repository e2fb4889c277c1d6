import { describe, expect, it } from 'vitest'
import { LearnabilityWatch } from '../../../policy/learning/learnability.ts'
import type { RolloutSummary } from '../../../policy/learning/rollout-summary.ts'

const HEALTHY: RolloutSummary = {
  steps: 100,
  success: 0.1,
  meanDistanceM: 0.2,
  meanReturn: 1,
  minReward: -0.1,
  maxReward: 0.3,
  saturatedShare: 0.3,
}

/** In which of the updates something was said, counted from 1. */
function told(updates: number, of: (update: number) => [Partial<RolloutSummary>, number?]) {
  const watch = new LearnabilityWatch()
  return Array.from({ length: updates }, (_, k) => {
    const [summary, kl = 0.03] = of(k + 1)
    const problems = watch.look({ ...HEALTHY, ...summary }, { kl })
    return problems.map(({ message }) => [k + 1, message] as const)
  }).flat()
}

describe('the watch over a training run', () => {
  it('says nothing of a run that learns', () => {
    expect(told(100, () => [{}])).toEqual([])
  })

  it('tells once that no reward ever differs, after twenty updates of it', () => {
    const [first, ...others] = told(60, () => [{ minReward: 0, maxReward: 0 }])
    expect(first).toEqual([20, expect.stringContaining('was 0:')])
    expect(others).toEqual([])
  })

  it('tells when nearly all actions are clipped', () => {
    const found = told(12, () => [{ saturatedShare: 0.955 }])
    expect(found).toEqual([[10, expect.stringContaining('over 95 %')]])
  })

  it('tells when the policy leaps, and not for a leap now and then', () => {
    expect(told(6, () => [{}, 0.9])).toEqual([[5, expect.stringContaining('KL over 0.5')]])
    expect(told(60, (update) => [{}, update % 5 === 0 ? 0.01 : 0.9])).toEqual([])
  })
})
