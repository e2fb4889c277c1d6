import { describe, expect, it } from 'vitest'
import { annealed } from '../../../policy/algorithms/annealing.ts'
import { SMALL_PPO } from './small-ppo.ts'

describe('what is annealed', () => {
  it.each([1, 200])(
    'is at its last value from the start of a line without length, update %i',
    (at) => {
      const config = { ...SMALL_PPO, annealing: { fromUpdate: at, untilUpdate: at } }
      const { logStd, klTarget } = annealed(config, at)
      expect([logStd, klTarget]).toEqual([config.logStd[1], config.klTarget[1]])
    },
  )

  it.each([
    [1, -0.5, 0.03],
    [100, -0.5, 0.03],
    [200, -1, 0.02],
    [300, -1.5, 0.01],
    [9999, -1.5, 0.01],
  ])(
    'stays, goes in a straight line, and stays again: update %i',
    (iteration, logStd, klTarget) => {
      const config = {
        ...SMALL_PPO,
        annealing: { fromUpdate: 100, untilUpdate: 300 },
        logStd: [-0.5, -1.5] as [number, number],
        klTarget: [0.03, 0.01] as [number, number],
      }
      expect(annealed(config, iteration).logStd).toBeCloseTo(logStd, 12)
      expect(annealed(config, iteration).klTarget).toBeCloseTo(klTarget, 12)
    },
  )
})
