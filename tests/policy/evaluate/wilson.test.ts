import { describe, expect, it } from 'vitest'
import { wilsonInterval } from '../../../policy/evaluate/wilson.ts'

describe('the Wilson interval', () => {
  // R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3: score without correction.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %d in %d is the published one', (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials)
    expect(interval.rate).toBe(successes / trials)
    expect(interval.low).toBeCloseTo(low, 4)
    expect(interval.high).toBeCloseTo(high, 4)
  })

  it('mirrors when successes and failures swap', () => {
    const some = wilsonInterval(3, 17)
    const rest = wilsonInterval(14, 17)
    expect(rest.low).toBeCloseTo(1 - some.high, 12)
    expect(rest.high).toBeCloseTo(1 - some.low, 12)
  })

  it('ends exactly at 0 and 1, and knows nothing without trials', () => {
    expect(wilsonInterval(0, 7).low).toBe(0)
    expect(wilsonInterval(7, 7).high).toBe(1)
    expect(wilsonInterval(0, 0)).toEqual({ rate: 0, low: 0, high: 1 })
  })
})
