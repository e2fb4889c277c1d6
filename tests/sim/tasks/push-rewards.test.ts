import { describe, expect, it } from 'vitest'
import type { ArmState } from '../../../sim/engines/engine.ts'
import {
  type PushTerms,
  pushDistances,
  pushReward,
  pushTerms,
} from '../../../sim/tasks/push-rewards.ts'
import { onArm, task } from '../push-setup.ts'

const PUCK_M = 0.03
const TIP_M = 0.01

function distancesOf(objectXyz: number[], tip: number[], goal: number[], tableM = 0) {
  const state = {
    objectPosition: Float64Array.from(objectXyz),
    tip: Float64Array.from(tip),
  } as unknown as ArmState
  const out = { goalM: 0, behindM: 0 }
  pushDistances(state, Float64Array.from(goal), onArm, TIP_M, PUCK_M, tableM, out)
  return out
}

function termsOf(before: number, after: number, options: { last?: boolean } = {}): PushTerms {
  const out = {} as PushTerms
  pushTerms(
    { goalM: before, behindM: 0.1 },
    { goalM: after, behindM: 0.07 },
    1.25,
    options.last ?? false,
    0.05,
    out,
  )
  return out
}

describe('the distances of a push', () => {
  it('are object to goal, and tip to the place behind the object at pushing height', () => {
    // Goal 10 cm ahead of the object: behind it is 3 + 1 + 1.2 = 5.2 cm back.
    const at = distancesOf([0.2, 0, 0.018], [0.148, 0, 0.018], [0.3, 0])
    expect(at.goalM).toBeCloseTo(0.1, 9)
    expect(at.behindM).toBeCloseTo(0, 5)
    // The tip 3 cm to the left of there and 4 cm above: 5 cm.
    const off = distancesOf([0.2, 0, 0.018], [0.148, 0.03, 0.058], [0.3, 0])
    expect(off.behindM).toBeCloseTo(0.05, 5)
  })

  it('turn with the direction of the goal', () => {
    // Goal to the left (+y): behind is to the right.
    const at = distancesOf([0.2, 0.05, 0], [0.2, 0.05 - 0.052, 0.018], [0.2, 0.15])
    expect(at.behindM).toBeCloseTo(0, 5)
  })

  it('let the place behind move under the object as it arrives', () => {
    // 2 cm to go, half of 4 cm: half of 5.2 cm behind.
    const near = distancesOf([0.2, 0, 0], [0.2 - 0.026, 0, 0.018], [0.22, 0])
    expect(near.behindM).toBeCloseTo(0, 5)
    const there = distancesOf([0.2, 0, 0], [0.2, 0, 0.018], [0.2, 0])
    expect(there.behindM).toBeCloseTo(0, 5)
  })

  it('measure the height above a raised table', () => {
    const at = distancesOf([0.2, 0, 0], [0.148, 0, 0.028], [0.3, 0], 0.01)
    expect(at.behindM).toBeCloseTo(0, 5)
  })

  it('count an object that fell off the table as lost, no farther', () => {
    const lost = distancesOf([0.2, 0, -40], [0.2, 0, 0.1], [3, 0])
    expect(lost.goalM).toBe(0.6)
    expect(distancesOf([5, 5, -40], [0.2, 0, 0.1], [0.2, 0]).behindM).toBe(0.6)
  })
})

describe('the terms of a step', () => {
  it('are the distances gained, the place reached and the effort made', () => {
    const terms = termsOf(0.08, 0.06)
    expect(terms.progress).toBeCloseTo(0.02, 12)
    expect(terms.approach).toBeCloseTo(0.03, 12)
    expect(terms.inside).toBe(0)
    // exp(-(6 cm / 3 cm)²) = exp(-4).
    expect(terms.precision).toBeCloseTo(Math.exp(-4), 12)
    expect(terms.effort).toBe(1.25)
    expect(terms.success).toBe(0)
  })

  it('count as success only inside the threshold and on the last step', () => {
    expect(termsOf(0.06, 0.049)).toMatchObject({ inside: 1, success: 0 })
    expect(termsOf(0.06, 0.049, { last: true })).toMatchObject({ inside: 1, success: 1 })
    expect(termsOf(0.06, 0.051, { last: true })).toMatchObject({ inside: 0, success: 0 })
  })
})

describe('the reward of a step', () => {
  const none: PushTerms = {
    progress: 0,
    approach: 0,
    inside: 0,
    precision: 0,
    effort: 0,
    success: 0,
  }

  it('is the weighted sum of its terms', () => {
    const terms = {
      progress: 0.01,
      approach: 0.02,
      inside: 1,
      precision: 0.5,
      effort: 2,
      success: 1,
    }
    // 20 · 0.01 + 5 · 0.02 + 0.2 + 0.1 · 0.5 - 0.002 · 2 + 2
    expect(pushReward(terms, task.rewards)).toBeCloseTo(2.546, 12)
  })

  it('is at most 5 either way', () => {
    expect(pushReward({ ...none, progress: 1 }, task.rewards)).toBe(5)
    expect(pushReward({ ...none, progress: -1 }, task.rewards)).toBe(-5)
  })

  it('is nothing once the simulation has diverged', () => {
    expect(pushReward({ ...none, progress: Number.NaN }, task.rewards)).toBe(0)
    expect(pushReward({ ...none, approach: Number.POSITIVE_INFINITY }, task.rewards)).toBe(0)
  })
})
