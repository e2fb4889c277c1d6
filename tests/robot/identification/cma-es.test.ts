import { describe, expect, it } from 'vitest'
import { minimiseCmaEs } from '../../../robot/identification/cma-es.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { symmetricEigen } from '../../../robot/model/symmetric-eigen.ts'

const stages = (objective: (x: Float64Array) => number) => [{ objective, maxEvaluations: 20_000 }]
const options = (n: number) => ({
  start: new Float64Array(n).fill(2),
  sigma: 0.5,
  random: new RandomStream(3),
  tolerance: 1e-14,
})

describe('the eigenvalues of a symmetric matrix', () => {
  it('are 1 and 3 for [[2, 1], [1, 2]], along the diagonals', () => {
    const matrix = Float64Array.of(2, 1, 1, 2)
    const vectors = new Float64Array(4)
    symmetricEigen(matrix, vectors, 2)
    expect([matrix[0]!, matrix[3]!].sort()).toEqual([expect.closeTo(1, 12), expect.closeTo(3, 12)])
    expect(Math.abs(vectors[0]!)).toBeCloseTo(Math.SQRT1_2, 12)
  })

  it('put the matrix together again', () => {
    const n = 5
    const random = new RandomStream(1)
    const matrix = new Float64Array(n * n)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = random.normal()
    }
    const diagonal = matrix.slice()
    const vectors = new Float64Array(n * n)
    symmetricEigen(diagonal, vectors, n)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let k = 0; k < n; k++) {
          sum += vectors[i * n + k]! * diagonal[k * n + k]! * vectors[j * n + k]!
        }
        expect(sum).toBeCloseTo(matrix[i * n + j]!, 9)
      }
    }
  })
})

describe('CMA-ES', () => {
  it('finds the valley of Rosenbrock in three dimensions', () => {
    const rosenbrock = (x: Float64Array) => {
      let sum = 0
      for (let i = 0; i + 1 < x.length; i++) {
        sum += 100 * (x[i + 1]! - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2
      }
      return sum
    }
    const { best, value } = minimiseCmaEs(stages(rosenbrock), options(3))
    expect(value).toBeLessThan(1e-9)
    for (const each of best) expect(each).toBeCloseTo(1, 4)
  })

  it('learns an ellipsoid a million times longer than wide', () => {
    const ellipsoid = (x: Float64Array) =>
      x.reduce((sum, each, i) => sum + 1e6 ** (i / (x.length - 1)) * (each - 1) ** 2, 0)
    const { value, numEvaluations } = minimiseCmaEs(stages(ellipsoid), options(8))
    expect(value).toBeLessThan(1e-9)
    expect(numEvaluations).toBeLessThan(8000)
  })

  it('steps over what is no number, and repeats itself from the same seed', () => {
    const holed = (x: Float64Array) => (x[0]! < 0 ? Number.NaN : x[0]! ** 2 + x[1]! ** 2)
    const first = minimiseCmaEs(stages(holed), options(2))
    expect(first.value).toBeLessThan(1e-9)
    expect(minimiseCmaEs(stages(holed), options(2))).toEqual(first)
  })

  it('finds a minimum from where there is no number', () => {
    const holed = (x: Float64Array) => (x[0]! > 1.9 ? Number.NaN : x[0]! ** 2 + x[1]! ** 2)
    expect(minimiseCmaEs(stages(holed), options(2)).value).toBeLessThan(1e-9)
  })

  it('goes on from where a rougher objective led it, and knows no value of that one any more', () => {
    const calls = [0, 0]
    // The rough one lies too low, and its minimum 0.01 beside the true one.
    const towards = (stage: number, at: number, floor: number) => (x: Float64Array) => {
      calls[stage]!++
      return x.reduce((sum, each) => sum + (each - at) ** 2, floor)
    }
    const rough = { objective: towards(0, 1.01, -5), maxEvaluations: 20_000 }
    const exact = { objective: towards(1, 1, 0), maxEvaluations: 20_000 }
    const { best, value, numEvaluations } = minimiseCmaEs([rough, exact], options(4))
    expect(value).toBeGreaterThanOrEqual(0)
    expect(value).toBeLessThan(1e-9)
    for (const each of best) expect(each).toBeCloseTo(1, 4)
    expect(calls[0]! + calls[1]!).toBe(numEvaluations)
  })
})
