import { describe, expect, it } from 'vitest'
import { AveragedWeights } from '../../../policy/networks/averaged-weights.ts'

const DECAY = 0.5

describe('AveragedWeights', () => {
  it('forgets the initial weights by the factor 2/11, then by its decay', () => {
    const average = new AveragedWeights(Float32Array.of(1), DECAY)
    average.add(Float32Array.of(0))
    expect(average.mean[0]).toBeCloseTo(2 / 11, 6)
    // (1 + n) / (10 + n) passes 0.5 at n = 8: the product of n = 1…8 is 8! · 9 / (11 · … · 18).
    for (let n = 2; n <= 8; n++) average.add(Float32Array.of(0))
    const product = [2, 3, 4, 5, 6, 7, 8, 9].reduce((p, k) => (p * k) / (k + 9), 1)
    expect(average.mean[0]! / product).toBeCloseTo(1, 5)
    average.add(Float32Array.of(0))
    expect(average.mean[0]! / product).toBeCloseTo(DECAY, 5)
  })

  it('cancels weights that swing to and fro', () => {
    const average = new AveragedWeights(new Float32Array(2), 0.97)
    for (let n = 0; n < 400; n++) average.add(Float32Array.of(3 + (-1) ** n, -1))
    // One swing weighs (1 − d) / (1 + d) of its height in the average.
    expect(Math.abs(average.mean[0]! - 3)).toBeLessThan(0.016)
    expect(average.mean[1]).toBeCloseTo(-1, 4)
  })

  it('is the latest weights without decay', () => {
    const average = new AveragedWeights(Float32Array.of(5, 5), 0)
    average.add(Float32Array.of(-1, 2))
    expect([...average.mean]).toEqual([-1, 2])
  })

  it('goes on from what it saved', () => {
    const average = new AveragedWeights(Float32Array.of(1), 0.97)
    average.add(Float32Array.of(2))
    const other = new AveragedWeights(Float32Array.of(0), 0.97)
    other.restore('a', average.save('a'))
    average.add(Float32Array.of(7))
    other.add(Float32Array.of(7))
    expect(other.mean).toEqual(average.mean)
  })
})
