/** A started TensorFlow.js backend. TensorFlow.js itself is global: one backend is current at a time. */
export interface Backend {
  readonly name: BackendName
  /** Which learning kernels run: fused ones by instruction set, or none (ops are composed). */
  readonly kernels: 'relaxed-simd' | 'simd' | 'native' | 'composite'
  /** Native code that computes their matrix products, to the same bits. */
  readonly products?: 'avx512' | 'avx2' | undefined
  /** A GPU that is emulated on the processor: right, and slow. */
  readonly isSoftware?: boolean
  /** Takes the fused kernels out again; tensors and the backend itself stay. */
  release(): void
}

export type BackendName = 'cpu' | 'wasm' | 'webgpu' | 'tensorflow'
