import { describe, expect, it } from 'vitest'
import { enableRelaxedSimd } from '../../../policy/kernels/enable-relaxed-simd.node.ts'
import { ACTIVATION } from '../../../policy/kernels/load-kernels.ts'
import { loadWideGemm } from '../../../policy/kernels/native/load-wide-gemm.node.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { KernelBench, matmulReference } from './kernel-bench.ts'
import { relativeError } from './numeric-variants.ts'

/** Rows, columns and depth below, at and beyond tiles, panels and blocks. */
const SIZES = [
  [4, 1, 1],
  [5, 3, 7],
  [8, 32, 64],
  [11, 47, 33],
  [131, 65, 300],
  [300, 16, 257],
] as const

/** Tests the addon with the processor's widest vectors, or with AVX2's. Once in a process, which loads it once. */
export function describeWideGemm(instructions: 'widest' | 'avx2'): void {
  if (instructions === 'avx2') process.env['SIM2ARM_NATIVE'] = instructions
  enableRelaxedSimd()
  const addon = loadWideGemm()
  const why = 'reason' in addon ? `, skipped: ${addon.reason}` : ''
  describe.skipIf('reason' in addon)(
    `matrix products in native code (${instructions}${why})`,
    () => {
      const wideGemm = 'wideGemm' in addon ? addon.wideGemm : undefined

      if (instructions === 'avx2') {
        it('use no wider vectors', () => expect(addon).toMatchObject({ instructions }))
      }

      it.each(SIZES)(
        'of %i × %i over %i are right, to the bits of the WebAssembly kernels',
        (m, n, k) => {
          const random = new RandomStream(2, m, n, k)
          const draw = (size: number) => Float32Array.from({ length: size }, () => random.normal())
          const [a, b, bias] = [draw(m * k), draw(k * n), draw(n)]
          for (const [transposeA, transposeB] of [
            [0, 0],
            [0, 1],
            [1, 0],
            [1, 1],
          ] as const) {
            const hasBias = transposeA === 0
            const results = [undefined, wideGemm].map((each) => {
              const bench = new KernelBench('relaxed-simd', each)
              const at = [bench.put(a), bench.put(b), bench.put(new Float32Array(m * n))] as const
              const sizes = [m, n, k, transposeA, transposeB] as const
              const scratch = bench.reserveBytes(bench.kernels.matmulScratchBytes(...sizes))
              const biasAt = hasBias ? bench.put(bias) : 0
              const after = bench.put(Float32Array.of(7))
              const activation = hasBias ? ACTIVATION.elu : ACTIVATION.linear
              bench.kernels.matmul(...at, ...sizes, biasAt, activation, scratch)
              expect(bench.get(after, 1)[0]).toBe(7)
              return bench.get(at[2], m * n)
            })
            const [own, wide] = results.map(({ buffer }) => Buffer.from(buffer))
            expect(wide!.equals(own!)).toBe(true)
            if (transposeA || transposeB) continue
            const sums = matmulReference(a, b, bias, m, n, k)
            const expected = sums.map((z) => (z > 0 ? z : Math.expm1(z)))
            expect(relativeError(results[1]!, expected)).toBeLessThan(3e-6)
          }
        },
      )

      it('refuse to reach beyond the memory', () => {
        const memory = new ArrayBuffer(4096)
        const multiply = (a: number, panels: number, c: number) =>
          wideGemm!(memory, a, 64, 16, 4, panels, c, 64, 4, 16, 4, 0, 0)
        multiply(0, 64, 4096 - 4 * 64)
        expect(() => multiply(0, 64, 4096 - 4 * 64 + 4)).toThrow(RangeError)
        expect(() => multiply(4096 - 60, 64, 512)).toThrow(RangeError)
        expect(() => multiply(0, 4096 - 252, 512)).toThrow(RangeError)
        expect(() => multiply(-4, 64, 512)).toThrow(RangeError)
      })
    },
  )
}
