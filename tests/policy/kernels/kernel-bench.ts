import {
  instantiateKernels,
  type KernelExports,
  type KernelVariant,
  type WideGemm,
} from '../../../policy/kernels/load-kernels.ts'
import { createMemory, WASM_PAGE_BYTES } from '../../../policy/kernels/web-assembly.ts'

/** Kernels on a memory of their own, with arrays put one after the other. */
export class KernelBench {
  readonly kernels: KernelExports
  readonly #memory = createMemory(1 << 22)
  #next = 64

  constructor(variant: KernelVariant, wideGemm?: WideGemm) {
    this.kernels = instantiateKernels(this.#memory, { variant, wideGemm })
  }

  reserveBytes(bytes: number): number {
    const at = this.#next
    this.#next = (at + bytes + 15) & ~15
    const missing = this.#next - this.#memory.buffer.byteLength
    if (missing > 0) this.#memory.grow(Math.ceil(missing / WASM_PAGE_BYTES))
    return at
  }

  reserve(floats: number): number {
    return this.reserveBytes(4 * floats)
  }

  put(values: Float32Array): number {
    const at = this.reserve(values.length)
    new Float32Array(this.#memory.buffer, at, values.length).set(values)
    return at
  }

  get(at: number, floats: number): Float32Array {
    return new Float32Array(this.#memory.buffer, at, floats).slice()
  }
}

/** bias [n] + a [m, k] · b [k, n] in double precision. */
export function matmulReference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  bias: ArrayLike<number> | null,
  m: number,
  n: number,
  k: number,
): Float64Array {
  const c = new Float64Array(m * n)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = bias?.[j] ?? 0
      for (let q = 0; q < k; q++) sum += a[i * k + q]! * b[q * n + j]!
      c[i * n + j] = sum
    }
  }
  return c
}

export interface LstmStepData {
  readonly x: Float32Array
  readonly h: Float32Array
  readonly c: Float32Array
  readonly wx: Float32Array
  readonly wh: Float32Array
  readonly b: Float32Array
}

/** One LSTM step in double precision, with the library's own exp and tanh. */
export function lstmStepReference(
  data: LstmStepData,
  batch: number,
  inputs: number,
  hidden: number,
): { h: Float64Array; c: Float64Array } {
  const width = 4 * hidden
  const viaX = matmulReference(data.x, data.wx, data.b, batch, width, inputs)
  const viaH = matmulReference(data.h, data.wh, null, batch, width, hidden)
  const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))
  const h = new Float64Array(batch * hidden)
  const c = new Float64Array(batch * hidden)
  for (let row = 0; row < batch; row++) {
    for (let j = 0; j < hidden; j++) {
      const gate = (g: number) => {
        const at = row * width + g * hidden + j
        return viaX[at]! + viaH[at]!
      }
      const at = row * hidden + j
      const admitted = sigmoid(gate(0)) * Math.tanh(gate(2))
      c[at] = sigmoid(gate(1)) * data.c[at]! + admitted
      h[at] = sigmoid(gate(3)) * Math.tanh(c[at]!)
    }
  }
  return { h, c }
}
