import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../../robot/model/random.ts'
import { KernelBench, matmulReference } from './kernel-bench.ts'
import { relativeError, VARIANTS } from './numeric-variants.ts'

function transposed(a: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(a, (_, at) => a[(at % rows) * columns + Math.floor(at / rows)]!)
}

const SIZES = [
  [1, 1, 1],
  [3, 5, 7],
  [4, 8, 16],
  [9, 33, 10],
  [131, 17, 5],
  [20, 12, 300],
] as const

describe.each(VARIANTS)('training kernels (%s)', (variant) => {
  it.each(SIZES)('the product %i × %i over %i is right however it is stored', (m, n, k) => {
    const random = new RandomStream(1, m, n, k)
    const draw = (size: number) => Float32Array.from({ length: size }, () => random.normal())
    const [a, b] = [draw(m * k), draw(k * n)]
    const expected = matmulReference(a, b, null, m, n, k)
    for (const transposeA of [0, 1]) {
      for (const transposeB of [0, 1]) {
        const bench = new KernelBench(variant)
        const pa = bench.put(transposeA ? transposed(a, m, k) : a)
        const pb = bench.put(transposeB ? transposed(b, k, n) : b)
        const pc = bench.put(new Float32Array(m * n).fill(Number.NaN))
        const flags = [transposeA, transposeB] as const
        const scratch = bench.reserveBytes(bench.kernels.matmulScratchBytes(m, n, k, ...flags))
        const after = bench.put(Float32Array.of(7))
        bench.kernels.matmul(pa, pb, pc, m, n, k, ...flags, 0, 0, scratch)
        expect(relativeError(bench.get(pc, m * n), expected)).toBeLessThan(3e-6)
        expect(bench.get(after, 1)[0]).toBe(7)
      }
    }
  })

  it('elu equals expm1 below zero to single precision, near zero too, and passes NaN on', () => {
    const bench = new KernelBench(variant)
    const x = Float32Array.of(-40, -8, -3, -1, -0.1, -1e-3, -1e-6, 0, 1e-6, 2, 50)
    const at = bench.put(x)
    bench.kernels.activationForward(at, at, x.length, 2)
    const y = bench.get(at, x.length)
    for (const [i, z] of x.entries()) {
      const exact = z > 0 ? z : Math.expm1(z)
      expect(Math.abs(y[i]! - exact)).toBeLessThanOrEqual(1e-6 * Math.abs(exact))
    }
    const nan = bench.put(Float32Array.of(Number.NaN))
    bench.kernels.activationForward(nan, nan, 1, 2)
    expect(bench.get(nan, 1)[0]).toBeNaN()
  })

  it('column sums and sums of squares agree with hand-worked values, odd lengths too', () => {
    const bench = new KernelBench(variant)
    // [1 2 3 4 5; 10 20 30 40 50]: columns 11, 22, 33, 44, 55; squares 55 + 5500
    const x = bench.put(Float32Array.of(1, 2, 3, 4, 5, 10, 20, 30, 40, 50))
    const sums = bench.put(new Float32Array(6).fill(100))
    bench.kernels.columnSum(x, sums, 2, 5, 0)
    expect([...bench.get(sums, 6)]).toEqual([11, 22, 33, 44, 55, 100])
    bench.kernels.columnSum(x, sums, 1, 5, 1)
    expect([...bench.get(sums, 5)]).toEqual([12, 24, 36, 48, 60])
    expect(bench.kernels.sumOfSquares(x, 10)).toBe(5555)
    expect(bench.kernels.sumOfSquares(x, 7)).toBe(555)
  })
})
