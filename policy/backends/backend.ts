/** A started TensorFlow.js backend. TensorFlow.js itself is global: one backend is current at a time. */
export interface Backend {
  readonly name: BackendName
  /**
   * Which learning kernels run: fused ones by instruction set, or none (ops are composed). `avx2` and
   * `avx512`: those of `relaxed-simd` with the matrix products in native code, which give the same bits.
   */
  readonly kernels: 'avx512' | 'avx2' | 'relaxed-simd' | 'simd' | 'native' | 'composite'
  /** A GPU that is emulated on the processor: right, and slow. */
  readonly isSoftware?: boolean
  /** Takes the fused kernels out again; tensors and the backend itself stay. */
  release(): void
}

export type BackendName = 'cpu' | 'wasm' | 'webgpu' | 'tensorflow'
