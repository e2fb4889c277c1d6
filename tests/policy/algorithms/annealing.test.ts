import { describe, expect, it } from 'vitest'
import { annealedLimits } from '../../../policy/algorithms/annealing.ts'
import type { PpoConfig } from '../../../policy/algorithms/ppo.schema.ts'

const config = {
  network: { maxLogStd: -0.5 },
  klTarget: 0.03,
  annealing: { fromUpdate: 100, untilUpdate: 300, maxLogStd: -1.5, klTarget: 0.01 },
} as PpoConfig

describe('the limits of an update', () => {
  it.each([
    [1, -0.5, 0.03],
    [100, -0.5, 0.03],
    [200, -1, 0.02],
    [300, -1.5, 0.01],
    [9999, -1.5, 0.01],
  ])('stay, fall in a straight line, and stay again: update %i', (iteration, logStd, kl) => {
    const { maxLogStd, klTarget } = annealedLimits(config, iteration)
    expect(maxLogStd).toBeCloseTo(logStd, 12)
    expect(klTarget).toBeCloseTo(kl, 12)
  })

  it('never fall where nothing is annealed', () => {
    const { network, klTarget } = config
    const constant = { network, klTarget } as PpoConfig
    expect(annealedLimits(constant, 9999)).toEqual({ maxLogStd: -0.5, klTarget: 0.03 })
  })
})
