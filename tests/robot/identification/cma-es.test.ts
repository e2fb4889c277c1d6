import { describe, expect, it } from 'vitest'
import { minimiseCmaEs } from '../../../robot/identification/cma-es.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { symmetricEigen } from '../../../robot/model/symmetric-eigen.ts'

const options = (n: number) => ({
  start: new Float64Array(n).fill(2),
  sigma: 0.5,
  random: new RandomStream(3),
  maxEvaluations: 20_000,
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
    const { best, value } = minimiseCmaEs(rosenbrock, options(3))
    expect(value).toBeLessThan(1e-9)
    for (const each of best) expect(each).toBeCloseTo(1, 4)
  })

  it('learns an ellipsoid a million times longer than wide', () => {
    const ellipsoid = (x: Float64Array) =>
      x.reduce((sum, each, i) => sum + 1e6 ** (i / (x.length - 1)) * (each - 1) ** 2, 0)
    const { value, numEvaluations } = minimiseCmaEs(ellipsoid, options(8))
    expect(value).toBeLessThan(1e-9)
    expect(numEvaluations).toBeLessThan(8000)
  })

  it('steps over what is no number, and repeats itself from the same seed', () => {
    const holed = (x: Float64Array) => (x[0]! < 0 ? Number.NaN : x[0]! ** 2 + x[1]! ** 2)
    const first = minimiseCmaEs(holed, options(2))
    expect(first.value).toBeLessThan(1e-9)
    expect(minimiseCmaEs(holed, options(2))).toEqual(first)
  })
})
