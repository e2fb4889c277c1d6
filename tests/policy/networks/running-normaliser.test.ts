import { describe, expect, it } from 'vitest'
import {
  createNormaliser,
  mergeRows,
  normaliseRows,
  normaliserScale,
} from '../../../policy/networks/running-normaliser.ts'

describe('the running normaliser', () => {
  it('has the mean and variance of all rows, however they were split', () => {
    const state = createNormaliser(2)
    mergeRows(state, Float32Array.of(1, 100, 2, 200, 3, 300))
    mergeRows(state, Float32Array.of(6, 600))
    // mean 3, variance (4 + 1 + 0 + 9) / 4 = 3.5; the prior weighs 1e-4 rows
    expect(state.mean[0]).toBeCloseTo(3, 3)
    expect(state.variance[0]).toBeCloseTo(3.5, 3)
    expect(state.mean[1]).toBeCloseTo(300, 1)
    expect(state.variance[1]! / 35000).toBeCloseTo(1, 3)
  })

  it('keeps small spreads beside a large offset', () => {
    const state = createNormaliser(1)
    const rows = Float32Array.from({ length: 1000 }, (_, k) => 1000 + (k % 2))
    for (let k = 0; k < 20; k++) mergeRows(state, rows)
    // variance 0.25 of the rows, and 1000² · 1e-4 / 20000 from the prior at 0
    expect(state.variance[0]).toBeCloseTo(0.255, 2)
  })

  it('maps constant features to 0 and clips outliers', () => {
    const state = createNormaliser(2)
    for (let k = 0; k < 50; k++) mergeRows(state, Float32Array.of(5, 1, 5, -1))
    const out = new Float32Array(2)
    normaliseRows(state, 6, Float32Array.of(5, 1e6), out)
    expect(Math.abs(out[0]!)).toBeLessThan(0.01)
    expect(out[1]).toBe(6)
    expect(normaliserScale(state).std[1]).toBeCloseTo(1, 3)
  })
})
