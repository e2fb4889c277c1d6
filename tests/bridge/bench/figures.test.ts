import { describe, expect, it } from 'vitest'
import { benchInference, createIdlePolicy } from '../../../bridge/bench/bench-inference.ts'
import { quantile, spreadOf } from '../../../bridge/bench/figures.ts'
import { formatNumber, formatSpread, formatTable } from '../../../bridge/bench/table.ts'
import { createActorRunner } from '../../../policy/runtime/actor-runner.ts'

describe('figures', () => {
  it('interpolates quantiles between sorted values', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
    expect(quantile([10, 0], 0.9)).toBe(9)
    expect(quantile([], 0.5)).toBeNaN()
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 })
  })

  it('prints Markdown tables with aligned columns', () => {
    const table = formatTable(['what', 'n'], [['a', 1]])
    expect(table).toBe('| what | n   |\n|------|-----|\n| a    | 1   |')
    expect(formatNumber(12345.678, 1)).toBe('12,345.7')
    expect(formatSpread({ median: 2000, min: 1, max: 3 })).toBe('2,000 (1–3)')
  })
})

describe('the bench of inference', () => {
  it('times each step of a policy that commands nothing', () => {
    const parameters = createIdlePolicy(6, 3, 8)
    const runner = createActorRunner(parameters, 1)
    const mean = new Float32Array(3).fill(1)
    runner.step(Float32Array.of(1, -2, 3, -4, 5, -6), new Float32Array(runner.stateSize), mean)
    expect([...mean]).toEqual([0, 0, 0])
    // A clock that advances by 2 s at every look: each step takes as long.
    let now = 0
    const clock = {
      now: () => {
        now += 2
        return now
      },
    }
    const result = benchInference({ parameters, batch: 2, clock, steps: 20 })
    expect(result).toEqual({ batch: 2, p50S: 2, p99S: 2, bytesPerStep: Number.NaN })
  })
})
