import { describe, expect, it } from 'vitest'
import { LoopStatistics, Samples } from '../../../bridge/deploy/loop-statistics.ts'

describe('samples', () => {
  it('give nearest-rank percentiles in whatever order they came', () => {
    const samples = new Samples()
    // 1 … 100, shuffled by a step that is prime to 100.
    for (let k = 0; k < 100; k++) samples.add(((37 * k) % 100) + 1)
    expect(samples.count).toBe(100)
    expect(samples.percentile(0.5)).toBe(50)
    expect(samples.percentile(0.99)).toBe(99)
    expect(samples.percentile(0)).toBe(1)
    expect(samples.percentile(1)).toBe(100)
  })

  it('are zero before the first', () => {
    const samples = new Samples()
    expect(samples.percentile(0.5)).toBe(0)
    expect(samples.worstOfLast(5)).toBe(0)
  })

  it('keep the last 65,536', () => {
    const samples = new Samples()
    for (let k = 0; k < 65_536; k++) samples.add(1000)
    for (let k = 0; k < 65_536; k++) samples.add(k % 10)
    expect(samples.count).toBe(131_072)
    expect(samples.percentile(1)).toBe(9)
  })

  it('know the worst of the last few', () => {
    const samples = new Samples()
    for (const value of [9, 1, 3, 2]) samples.add(value)
    expect(samples.worstOfLast(3)).toBe(3)
    expect(samples.worstOfLast(100)).toBe(9)
  })
})

describe('loop statistics', () => {
  it('sum up lateness, missed deadlines and inference', () => {
    const statistics = new LoopStatistics()
    for (const value of [0.001, 0.002, 0.003]) statistics.latenessS.add(value)
    statistics.inferenceS.add(0.0004)
    statistics.missed = 2
    expect(statistics.summary(100)).toEqual({
      loop: { rateHz: 100, jitterP50S: 0.002, jitterP99S: 0.003, missed: 2 },
      inference: { p50S: 0.0004, p99S: 0.0004 },
    })
  })
})
