import { describe, expect, it } from 'vitest'
import { weightedReward } from '../../../sim/tasks/weighted-reward.ts'

const reward = (terms: number[], weights: number[]) =>
  weightedReward(Float64Array.from(terms), Float64Array.from(weights))

describe('the reward of a step', () => {
  it('is the weighted sum of its terms', () => {
    // 20 · 0.01 + 5 · 0.02 + 0.2 - 0.002 · 2
    expect(reward([0.01, 0.02, 1, 2], [20, 5, 0.2, -0.002])).toBeCloseTo(0.496, 12)
  })

  it('is at most 5 either way', () => {
    expect(reward([1], [20])).toBe(5)
    expect(reward([-1], [20])).toBe(-5)
  })

  it('is nothing once the simulation has diverged', () => {
    expect(reward([Number.NaN], [20])).toBe(0)
    expect(reward([Number.POSITIVE_INFINITY, 1], [1, 1])).toBe(0)
  })
})
