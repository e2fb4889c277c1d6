import { describe, expect, it } from 'vitest'
import {
  ACTIVATION,
  type Activation,
  type KernelExports,
} from '../../../policy/kernels/load-kernels.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { KernelBench, lstmStepReference, matmulReference } from './kernel-bench.ts'
import { relativeError, VARIANTS } from './numeric-variants.ts'

function runDense(
  bench: KernelBench,
  kernels: KernelExports,
  sizes: readonly [batch: number, inputs: number, outputs: number],
  data: { x: Float32Array; w: Float32Array; b: Float32Array },
  activation: Activation,
): Float32Array {
  const [batch, inputs, outputs] = sizes
  const [x, w, b] = [bench.put(data.x), bench.put(data.w), bench.put(data.b)]
  const y = bench.reserve(batch * outputs)
  const scratch = bench.reserveBytes(kernels.denseScratchBytes(batch, inputs, outputs))
  kernels.dense(x, w, b, y, batch, inputs, outputs, ACTIVATION[activation], scratch)
  return bench.get(y, batch * outputs)
}

describe.each(VARIANTS)('inference kernels (%s)', (variant) => {
  it.each([
    [1, 1, 1],
    [1, 26, 3],
    [3, 7, 33],
    [4, 128, 8],
    [5, 13, 9],
    [130, 31, 66],
  ] as const)('dense of %i × %i × %i equals double precision for every activation', (...sizes) => {
    const [batch, inputs, outputs] = sizes
    const random = new RandomStream(7, ...sizes)
    const draw = (n: number) => Float32Array.from({ length: n }, () => random.between(-1, 1))
    const data = { x: draw(batch * inputs), w: draw(inputs * outputs), b: draw(outputs) }
    const linear = matmulReference(data.x, data.w, data.b, batch, outputs, inputs)
    const expected = {
      linear,
      relu: linear.map((z) => Math.max(z, 0)),
      elu: linear.map((z) => (z > 0 ? z : Math.expm1(z))),
    }
    for (const activation of ['linear', 'relu', 'elu'] as const) {
      const bench = new KernelBench(variant)
      const y = runDense(bench, bench.kernels, sizes, data, activation)
      expect(relativeError(y, expected[activation])).toBeLessThan(2e-6)
    }
  })

  it('dense writes nothing beyond its output', () => {
    const bench = new KernelBench(variant)
    const guard = 123.5
    for (const batch of [1, 5]) {
      const x = bench.put(new Float32Array(batch * 6).fill(1))
      const w = bench.put(new Float32Array(6 * 7).fill(1))
      const b = bench.put(new Float32Array(7))
      const y = bench.put(new Float32Array(batch * 7 + 8).fill(guard))
      const scratch = bench.reserveBytes(bench.kernels.denseScratchBytes(batch, 6, 7))
      const after = bench.put(Float32Array.of(guard))
      bench.kernels.dense(x, w, b, y, batch, 6, 7, 0, scratch)
      expect([...bench.get(y + 28 * batch, 8)]).toEqual(new Array(8).fill(guard))
      expect(bench.get(after, 1)[0]).toBe(guard)
    }
  })

  it('an LSTM step equals double precision, and a row alone equals the row in a batch bit for bit', () => {
    const [batch, inputs, hidden] = [128, 31, 20]
    const random = new RandomStream(3)
    const draw = (n: number) => Float32Array.from({ length: n }, () => random.between(-0.8, 0.8))
    const weights = [inputs * 4 * hidden, hidden * 4 * hidden, 4 * hidden].map(draw)
    const [wx, wh, b] = weights as [Float32Array, Float32Array, Float32Array]
    const [x, h, c] = [draw(batch * inputs), draw(batch * hidden), draw(batch * hidden)]
    const step = (rows: number, from: number) => {
      const bench = new KernelBench(variant)
      const part = (data: Float32Array, width: number) =>
        bench.put(data.subarray(from * width, (from + rows) * width))
      const [px, ph, pc] = [part(x, inputs), part(h, hidden), part(c, hidden)]
      const [pwx, pwh, pb] = [bench.put(wx), bench.put(wh), bench.put(b)]
      const bytes = bench.kernels.lstmStepScratchBytes(rows, inputs, hidden)
      const scratch = bench.reserveBytes(bytes)
      bench.kernels.lstmStep(px, ph, pc, pwx, pwh, pb, rows, inputs, hidden, scratch)
      return { h: bench.get(ph, rows * hidden), c: bench.get(pc, rows * hidden) }
    }
    const whole = step(batch, 0)
    const expected = lstmStepReference({ x, h, c, wx, wh, b }, batch, inputs, hidden)
    expect(relativeError(whole.h, expected.h)).toBeLessThan(2e-6)
    expect(relativeError(whole.c, expected.c)).toBeLessThan(2e-6)
    for (const row of [0, 1, 77, 127]) {
      const alone = step(1, row)
      expect(alone.h).toEqual(whole.h.slice(row * hidden, (row + 1) * hidden))
      expect(alone.c).toEqual(whole.c.slice(row * hidden, (row + 1) * hidden))
    }
    const five = step(5, 60)
    expect(five.h).toEqual(whole.h.slice(60 * hidden, 65 * hidden))
  })
})
