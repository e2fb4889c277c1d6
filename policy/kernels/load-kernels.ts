import { RELAXED_SIMD_KERNELS, SIMD_KERNELS } from './kernels.gen.ts'
import { instantiate, validateModule, type WasmMemory } from './web-assembly.ts'

/** Activations a kernel can apply to its output. */
export const ACTIVATION = { linear: 0, relu: 1, elu: 2 } as const

export type Activation = keyof typeof ACTIVATION

export type KernelVariant = 'simd' | 'relaxed-simd'

/**
 * The kernels over one WebAssembly memory. Every pointer is a byte offset into that memory, a multiple
 * of 4; matrices are row-major float32 without gaps. Nothing is allocated: `scratch` points at as many
 * free bytes as the function's `…ScratchBytes` says, with the same sizes, and holds nothing afterwards.
 * `activation` is a value of {@link ACTIVATION}. A row of a batch comes out bit for bit as alone.
 */
export interface KernelExports {
  /** y [batch, outputs] = activation(x [batch, inputs] · w [inputs, outputs] + b [outputs]). */
  dense(
    x: number,
    w: number,
    b: number,
    y: number,
    batch: number,
    inputs: number,
    outputs: number,
    activation: number,
    scratch: number,
  ): void
  denseScratchBytes(batch: number, inputs: number, outputs: number): number

  /**
   * One LSTM step: h and c [batch, hidden] are read and replaced. wx [inputs, 4·hidden],
   * wh [hidden, 4·hidden], b [4·hidden], gates in order i, f, g, o; hidden a multiple of 4.
   */
  lstmStep(
    x: number,
    h: number,
    c: number,
    wx: number,
    wh: number,
    b: number,
    batch: number,
    inputs: number,
    hidden: number,
    scratch: number,
  ): void
  lstmStepScratchBytes(batch: number, inputs: number, hidden: number): number

  /**
   * c [m, n] = activation(bias [n] + op(a) · op(b)); the sizes are those of the product, transposed
   * operands are stored [k, m] and [n, k]. `bias` 0: none. aᵀ·b takes neither bias nor activation.
   */
  matmul(
    a: number,
    b: number,
    c: number,
    m: number,
    n: number,
    k: number,
    transposeA: number,
    transposeB: number,
    bias: number,
    activation: number,
    scratch: number,
  ): void
  matmulScratchBytes(
    m: number,
    n: number,
    k: number,
    transposeA: number,
    transposeB: number,
  ): number

  /** A sequence [steps, batch, …] with its tape for the backward pass; see assembly/lstm.ts. */
  lstmForward(
    steps: number,
    batch: number,
    inputs: number,
    hidden: number,
    x: number,
    h0: number,
    c0: number,
    mask: number,
    wx: number,
    wh: number,
    b: number,
    hs: number,
    cT: number,
    tape: number,
    scratch: number,
  ): void
  lstmForwardScratchBytes(inputs: number, hidden: number): number
  lstmTapeBytes(steps: number, batch: number, hidden: number): number

  /** Gradients of lstmForward; dx 0: not wanted; dc0 holds the gradient of cT and receives that of c0. */
  lstmBackward(
    steps: number,
    batch: number,
    inputs: number,
    hidden: number,
    x: number,
    mask: number,
    wx: number,
    wh: number,
    tape: number,
    dhs: number,
    dx: number,
    dwx: number,
    dwh: number,
    db: number,
    dh0: number,
    dc0: number,
    scratch: number,
  ): void
  lstmBackwardScratchBytes(steps: number, batch: number, inputs: number, hidden: number): number

  /** A GRU sequence [steps, batch, …] with its tape for the backward pass; see assembly/gru.ts. */
  gruForward(
    steps: number,
    batch: number,
    inputs: number,
    hidden: number,
    x: number,
    h0: number,
    mask: number,
    wx: number,
    wh: number,
    bx: number,
    bh: number,
    hs: number,
    tape: number,
    scratch: number,
  ): void
  gruForwardScratchBytes(batch: number, inputs: number, hidden: number): number
  gruTapeBytes(steps: number, batch: number, hidden: number): number

  /** Gradients of gruForward; dx 0: not wanted. */
  gruBackward(
    steps: number,
    batch: number,
    inputs: number,
    hidden: number,
    x: number,
    mask: number,
    wx: number,
    wh: number,
    tape: number,
    dhs: number,
    dx: number,
    dwx: number,
    dwh: number,
    dbx: number,
    dbh: number,
    dh0: number,
    scratch: number,
  ): void
  gruBackwardScratchBytes(steps: number, batch: number, inputs: number, hidden: number): number

  /** y = activation(x), n floats; `y` may be `x`. */
  activationForward(x: number, y: number, n: number, activation: number): void
  /** dz = dy · activation′, from the activation's output y; n floats. */
  activationBackward(dy: number, y: number, dz: number, n: number, activation: number): void
  /** Copies m rows of n floats; strides in bytes. */
  copyBlock(
    from: number,
    fromStride: number,
    to: number,
    toStride: number,
    m: number,
    n: number,
  ): void
  /** sums [n] = Σ rows of x [m, n]; `start` 1 adds to what sums holds, 0 does not. */
  columnSum(x: number, sums: number, m: number, n: number, start: number): void

  /** Adam on n floats, from p, m and v to the next ones; rate = learning rate / (1 − β₁ᵗ), secondScale = 1 / (1 − β₂ᵗ). */
  adam(
    p: number,
    g: number,
    m: number,
    v: number,
    pNext: number,
    mNext: number,
    vNext: number,
    n: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    secondScale: number,
    gradientScale: number,
  ): void
  /** Σ x², n floats, in double precision. */
  sumOfSquares(x: number, n: number): number
}

/**
 * `product` of assembly/gemm.ts in code outside of WebAssembly, bit for bit: offsets and strides in bytes.
 * See native/wide-gemm.c.
 */
export type WideGemm = (
  memory: ArrayBuffer,
  a: number,
  group: number,
  row: number,
  step: number,
  panels: number,
  c: number,
  ldc: number,
  m: number,
  n: number,
  k: number,
  start: number,
  bias: number,
) => void

export interface KernelOptions {
  /** Which build to run; the default is the fastest the engine has. */
  readonly variant?: KernelVariant
  /** Takes the matrix products over; only beside the build with fused multiply-add does it give its bits. */
  readonly wideGemm?: WideGemm | undefined
}

/**
 * Whether the engine compiles the fused multiply-add build. In Node 20 only after importing
 * enable-relaxed-simd.node.ts.
 */
export function hasRelaxedSimd(): boolean {
  return validateModule(decodeBase64(RELAXED_SIMD_KERNELS))
}

/** The build that {@link instantiateKernels} takes by default. */
export function fastestVariant(): KernelVariant {
  return hasRelaxedSimd() ? 'relaxed-simd' : 'simd'
}

/** The kernels bound to `memory`, in Node, workers and browsers alike. Takes about a millisecond. */
export function instantiateKernels(memory: WasmMemory, options: KernelOptions = {}): KernelExports {
  const variant = options.variant ?? fastestVariant()
  const bytes = decodeBase64(variant === 'simd' ? SIMD_KERNELS : RELAXED_SIMD_KERNELS)
  return instantiate(bytes, {
    memory,
    wideGemm: importOf(memory, options.wideGemm),
  }) as KernelExports
}

type Numbers<Arguments> = Arguments extends [unknown, ...infer Rest] ? Rest : never

/** What the kernels import: says whether it did the product. */
function importOf(memory: WasmMemory, wideGemm: WideGemm | undefined) {
  if (wideGemm === undefined) return () => 0
  return (
    ...[a, group, row, step, panels, c, ldc, m, n, k, start, bias]: Numbers<Parameters<WideGemm>>
  ) => {
    wideGemm(memory.buffer, a, group, row, step, panels, c, ldc, m, n, k, start, bias)
    return 1
  }
}

function decodeBase64(text: string): Uint8Array {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}
