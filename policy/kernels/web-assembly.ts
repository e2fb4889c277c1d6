/** The part of WebAssembly used here; Node's and the compiler's own libraries do not declare it. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer
  /** Adds pages of 64 KiB; views of the old buffer become empty. */
  grow(pages: number): number
}

interface WebAssemblyApi {
  readonly Memory: new (size: { readonly initial: number }) => WasmMemory
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: object }
  validate(bytes: Uint8Array): boolean
}

const api = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly

/** Bytes of one page of memory. */
export const WASM_PAGE_BYTES = 65536

/** A memory of its own of at least `bytes` bytes, all zeros. */
export function createMemory(bytes: number): WasmMemory {
  return new api.Memory({ initial: Math.ceil(bytes / WASM_PAGE_BYTES) })
}

export function validateModule(bytes: Uint8Array): boolean {
  return api.validate(bytes)
}

/** Exports of the module with `env` imported, the memory among it. */
export function instantiate(
  bytes: Uint8Array,
  env: { readonly memory: WasmMemory; readonly [name: string]: unknown },
): object {
  return new api.Instance(new api.Module(bytes), { env }).exports
}
