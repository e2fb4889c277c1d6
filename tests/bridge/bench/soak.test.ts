import { describe, expect, it } from 'vitest'
import { growthOfProcesses, longestGapS } from '../../../bridge/bench/soak-figures.ts'

const readings = (process: string, sizes: readonly number[]) =>
  sizes.map((rssBytes, timeS) => ({ process, timeS, rssBytes }))

describe('the memory of a soak', () => {
  it('grows by what the last quarter has over the second, process by process', () => {
    // Quarters of 12: the first begins small; medians of the second and the last are 100 and 150.
    const leaky = [1, 2, 3, 100, 90, 110, 0, 0, 0, 140, 150, 160]
    const flat = leaky.map(() => 70)
    const growth = growthOfProcesses([...readings('twin', leaky), ...readings('control', flat)])
    expect(growth).toMatchObject([
      { process: 'twin', rssBytes: 160, growth: expect.closeTo(0.5, 12) },
      { process: 'control', rssBytes: 70, growth: 0, slopeBytesPerS: 0 },
    ])
  })

  it('rises by so much a second over its second half', () => {
    // 5 bytes a second from the eighth second on, whatever came before.
    const steady = Array.from({ length: 16 }, (_, timeS) => (timeS < 8 ? 1000 : 300 + 5 * timeS))
    expect(growthOfProcesses(readings('twin', steady))[0]!.slopeBytesPerS).toBeCloseTo(5, 9)
  })

  it('has no growth to tell after a few readings', () => {
    expect(growthOfProcesses(readings('twin', [1, 2, 3]))[0]!.growth).toBeNaN()
  })
})

describe('the longest gap', () => {
  it('is the longest time between two neighbours', () => {
    expect(longestGapS([0, 0.1, 0.4, 0.5])).toBeCloseTo(0.3, 12)
  })

  it('has no end where nothing was recorded', () => {
    expect(longestGapS([1])).toBe(Number.POSITIVE_INFINITY)
  })
})
