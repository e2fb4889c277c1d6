import { describe, expect, it } from 'vitest'
import type { EpisodeOutcome } from '../../../policy/evaluate/episode-runner.ts'
import {
  evaluateEpisodes,
  quantile,
  summariseEpisodes,
} from '../../../policy/evaluate/evaluation.ts'
import { createOutcome, isSuccess } from '../../../sim/tasks/task.ts'

const outcome = (distanceM: number, rest: Partial<EpisodeOutcome> = {}): EpisodeOutcome => ({
  distanceM,
  settledSpeedMPerS: null,
  interventions: {},
  fault: null,
  ...rest,
})

const criteria = { thresholdsM: [0.05, 0.07], settledSpeedMPerS: 0.02 }

describe('summariseEpisodes', () => {
  it('counts success below the threshold and not at it, as the tasks do', () => {
    const { success, episodes } = summariseEpisodes(
      [outcome(0.05), outcome(0.051), outcome(0.07), outcome(0.2)],
      criteria,
    )
    expect(episodes).toBe(4)
    expect(success['0.05']?.rate).toBe(0)
    expect(success['0.07']?.rate).toBe(0.5)
    for (const distanceM of [0.0499, 0.05, 0.0501]) {
      const rate = isSuccess({ ...createOutcome(), distanceM }, 0.05) ? 1 : 0
      expect(summariseEpisodes([outcome(distanceM)], criteria).success['0.05']?.rate).toBe(rate)
    }
  })

  it('asks a settled object to be slow too, and says null where nobody measures speed', () => {
    const slow = outcome(0.01, { settledSpeedMPerS: 0.02 })
    const fast = outcome(0.01, { settledSpeedMPerS: 0.021 })
    expect(summariseEpisodes([slow, fast], criteria).settled?.['0.05']?.rate).toBe(0.5)
    expect(summariseEpisodes([outcome(0.01)], criteria).settled).toBeNull()
  })

  it('counts a fault as a failure, however near the object is', () => {
    const result = summariseEpisodes([outcome(0.01, { fault: 'ROBOT_SERVO_FAULT' })], criteria)
    expect(result.faults).toBe(1)
    expect(result.success['0.05']?.rate).toBe(0)
  })

  it('tells which faults there were, and how often', () => {
    const faults = ['ROBOT_SERVO_SILENT', null, 'ROBOT_SAFETY_STOP', 'ROBOT_SERVO_SILENT']
    const result = summariseEpisodes(
      faults.map((fault) => outcome(0.1, { fault })),
      criteria,
    )
    expect(result.faults).toBe(3)
    expect(result.faultCodes).toEqual({ ROBOT_SERVO_SILENT: 2, ROBOT_SAFETY_STOP: 1 })
  })

  it('leaves unknown distances out of the figures but not out of the episodes', () => {
    const lost = outcome(Number.NaN, { fault: 'ROBOT_SENSOR_LOST' })
    const result = summariseEpisodes([outcome(0.1), outcome(0.3), lost], criteria)
    expect(result.finalDistanceM?.mean).toBeCloseTo(0.2, 12)
    expect(result.episodes).toBe(3)
    expect(summariseEpisodes([lost], criteria).finalDistanceM).toBeNull()
  })

  it('adds interventions up by rule', () => {
    const result = summariseEpisodes(
      [
        outcome(0, { interventions: { jointSpeed: 2, workspace: 1 } }),
        outcome(0, { interventions: { jointSpeed: 3 } }),
      ],
      criteria,
    )
    expect(result.interventions).toEqual({ jointSpeed: 5, workspace: 1 })
  })
})

describe('quantile', () => {
  // numpy.quantile([1, 2, 4, 8, 16], [0.5, 0.9, 0.1]) = [4, 12.8, 1.4]
  it('interpolates as NumPy does', () => {
    const values = [1, 2, 4, 8, 16]
    expect(quantile(values, 0.5)).toBe(4)
    expect(quantile(values, 0.9)).toBeCloseTo(12.8, 12)
    expect(quantile(values, 0.1)).toBeCloseTo(1.4, 12)
    expect(quantile([3], 0.9)).toBe(3)
  })
})

describe('evaluateEpisodes', () => {
  it('plays the episodes in order, one after another', async () => {
    const played: number[] = []
    const runner = {
      async runEpisode(episode: number) {
        played.push(episode)
        return outcome(episode / 100)
      },
    }
    const result = await evaluateEpisodes(runner, { episodes: 4, criteria })
    expect(played).toEqual([0, 1, 2, 3])
    expect(result.finalDistanceM?.median).toBeCloseTo(0.015, 12)
  })
})
