import { describe, expect, it } from 'vitest'
import { growthOfProcesses, longestGapS, stageTimes } from '../../../bridge/bench/soak-figures.ts'

const readings = (process: string, sizes: readonly number[]) =>
  sizes.map((rssBytes, timeS) => ({ process, timeS, rssBytes }))

describe('the memory of a soak', () => {
  it('grows by what the last quarter has over the second, process by process', () => {
    // Quarters of 12: the first begins small; the least of the second and the last are 100 and 150.
    const leaky = [1, 2, 3, 100, 130, 110, 0, 0, 0, 180, 150, 160]
    const flat = leaky.map(() => 70)
    const growth = growthOfProcesses([...readings('twin', leaky), ...readings('control', flat)])
    expect(growth).toMatchObject([
      { process: 'twin', rssBytes: 160, growth: expect.closeTo(0.5, 12) },
      { process: 'control', rssBytes: 70, growth: 0, slopeBytesPerS: 0 },
    ])
  })

  it('does not grow by what is collected now and then', () => {
    // Garbage on top of 100, collected every 20 readings; the second quarter has more of it than the last, or less.
    const sawtooth = Array.from({ length: 80 }, (_, k) => 100 + (k % 20) * (k < 40 ? 1 : 4))
    for (const sizes of [sawtooth, sawtooth.toReversed()]) {
      expect(growthOfProcesses(readings('twin', sizes))[0]!.growth).toBe(0)
    }
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

describe('the stages of cycles', () => {
  it('have their quantiles, and the longest of a cycle beyond its period the blame', () => {
    const quick = Array.from({ length: 98 }, () => [0.004, 0.001, 0.0005, 0.0002])
    const slowRead = [0.012, 0.001, 0.0005, 0.0002]
    // Together 10.2 ms, although no stage alone.
    const slowShow = [0.004, 0.001, 0.0005, 0.0047]
    const [read, decide, send, show] = stageTimes([slowRead, ...quick, slowShow], 0.01)
    expect(read).toMatchObject({ stage: 'read', p50S: 0.004, overruns: 1 })
    expect(decide).toEqual({ stage: 'decide', p50S: 0.001, p99S: 0.001, overruns: 0 })
    expect(send).toMatchObject({ stage: 'send', overruns: 0 })
    expect(show).toMatchObject({ stage: 'show', p50S: 0.0002, overruns: 1 })
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
