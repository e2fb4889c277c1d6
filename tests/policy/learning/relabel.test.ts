import { describe, expect, it } from 'vitest'
import { drawGoal, relabel } from '../../../policy/learning/relabel.ts'
import type { StoredEpisode } from '../../../policy/learning/replay.ts'
import { RandomStream } from '../../../robot/model/random.ts'

/** Three steps on a line. Observation: goal, anything, goal − object. Critic: place, a feature of the goal. */
const EPISODE: StoredEpisode = {
  observation: Float32Array.of(1, 7, 1, 1, 8, 0.75, 1, 9, 0.5),
  critic: Float32Array.of(0, 1, 0.25, 0.75, 0.5, 0.5),
  action: new Float32Array(3),
  achieved: Float32Array.of(0.25, 0.5, Number.NaN),
  desired: Float32Array.of(1),
  shown: new Float32Array(3),
}
const GOALS = {
  size: 1,
  thresholdM: 0.1,
  observationAxis: Int8Array.of(0, -1, 0),
  criticFeatures: [1, 2] as const,
}

describe('an episode for another goal', () => {
  const other = relabel(EPISODE, Float32Array.of(0.5), GOALS)

  it('is seen as if that had been wanted from the start', () => {
    expect([...other.observation]).toEqual([0.5, 7, 0.5, 0.5, 8, 0.25, 0.5, 9, 0])
  })

  it('is rewarded where it comes near the other goal, and never where more than a place is asked', () => {
    expect([...other.reward]).toEqual([-1, 0, -1])
  })

  it('tells the critic of the new goal and hides the old', () => {
    // Place, nothing, goal, what was achieved before the step (after it, in the first) minus goal.
    expect([...other.critic]).toEqual([0, 0, 0.5, -0.25, 0.25, 0, 0.5, -0.25, 0.5, 0, 0.5, 0])
  })
})

describe('the goal of a replayed episode', () => {
  it('is its own, or a place that was reached, by share', () => {
    const random = new RandomStream(5)
    const draws = Array.from({ length: 3000 }, () => drawGoal(EPISODE, 0.6, random)[0]!)
    expect(new Set(draws)).toEqual(new Set([1, 0.25, 0.5]))
    // 0.6 · 2/3 are other places: the third is none. Standard deviation 0.009.
    const share = draws.filter((goal) => goal !== 1).length / draws.length
    expect(Math.abs(share - 0.4)).toBeLessThan(0.036)
  })
})
