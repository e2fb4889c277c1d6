import { describe, expect, it } from 'vitest'
import { explainedVariance, ridgeFeatures } from '../../../policy/evaluate/ridge.ts'
import { RandomStream } from '../../../robot/model/random.ts'

describe('a ridge fit', () => {
  it('shrinks the slope of one feature by rows / (rows + penalty)', () => {
    // x of mean 0 and variance 1, y = 3 x + 5: Σ x y = 4·3, so that the weight is 12 / (4 + 4) = 1.5.
    const rows = Float64Array.of(-1, 1, -1, 1)
    const fit = ridgeFeatures(rows, 4).fit(Float64Array.of(2, 8, 2, 8), 4)
    expect([...fit.predict(Float64Array.of(-1, 0, 1))]).toEqual([3.5, 5, 6.5])
  })

  it('finds a linear map of many features again, whatever their scale; one that is constant does no harm', () => {
    const random = new RandomStream(3)
    const rows = new Float64Array(400 * 3)
    const targets = new Float64Array(400)
    for (let k = 0; k < 400; k++) {
      const [a, b] = [100 * random.normal(), 0.01 * random.normal() + 7]
      rows.set([a, b, 42], 3 * k)
      targets[k] = 0.02 * a - 300 * b + 1
    }
    const found = ridgeFeatures(rows, 400).fit(targets, 1e-9).predict(rows)
    for (const [k, value] of found.entries()) expect(value).toBeCloseTo(targets[k]!, 6)
  })
})

describe('the explained variance', () => {
  it('is 1 for the truth, 0 for its mean, negative for worse', () => {
    const truth = Float64Array.of(1, 2, 3)
    expect(explainedVariance(truth, truth)).toBe(1)
    expect(explainedVariance(Float64Array.of(2, 2, 2), truth)).toBe(0)
    // Errors 4 + 0 + 4 over a spread of 2.
    expect(explainedVariance(Float64Array.of(3, 2, 1), truth)).toBe(-3)
  })
})
