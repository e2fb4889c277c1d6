import { describe, expect, it } from 'vitest'
import type { PpoConfig } from '../../../policy/algorithms/ppo.schema.ts'
import { noiseBound } from '../../../policy/algorithms/ppo.ts'

const config = {
  network: { maxLogStd: -0.5 },
  noiseDecay: { fromUpdate: 100, untilUpdate: 300, maxLogStd: -1.5 },
} as PpoConfig

describe('the bound on exploration noise', () => {
  it('stays, falls in a straight line, and stays again', () => {
    expect(noiseBound(config, 1)).toBe(-0.5)
    expect(noiseBound(config, 100)).toBe(-0.5)
    expect(noiseBound(config, 200)).toBeCloseTo(-1, 12)
    expect(noiseBound(config, 300)).toBeCloseTo(-1.5, 12)
    expect(noiseBound(config, 9999)).toBeCloseTo(-1.5, 12)
  })

  it('never falls where no decay is configured', () => {
    expect(noiseBound({ network: config.network } as PpoConfig, 9999)).toBe(-0.5)
  })
})
