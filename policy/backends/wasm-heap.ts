import { type BackendWasm, version_wasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import type { WasmMemory } from '../kernels/web-assembly.ts'

/** The version of TensorFlow.js whose internals are known here. */
export const KNOWN_TFJS_VERSION = '4.22.0'

const INSTALLED = { core: tf.version_core, wasm: version_wasm }

/** Tensors of the WebAssembly backend as memory: where they lie, and how to make more of them. */
export interface WasmHeap {
  readonly memory: WasmMemory
  /** Byte offset of a tensor's data. */
  pointer(tensor: tf.TensorInfo): number
  /** A float32 tensor with arbitrary contents. May grow the memory. */
  output(shape: number[]): tf.TensorInfo
  /** A tensor that says it holds one float and owns `bytes`: for kernels only, which clones share. */
  opaque(bytes: number): tf.TensorInfo
  /** Byte offset of at least `bytes` free bytes, until the next call. May grow the memory. */
  scratch(bytes: number): number
}

interface EmscriptenInternals {
  readonly asm: { readonly memory?: WasmMemory }
  _malloc(bytes: number): number
  _free(pointer: number): void
}

/**
 * Opens the backend's memory, or says why its internals are not the known ones.
 * The current backend must be `wasm`.
 */
export function openWasmHeap({
  core,
  wasm: wasmVersion,
} = INSTALLED): WasmHeap | { readonly reason: string } {
  if (core !== KNOWN_TFJS_VERSION || wasmVersion !== KNOWN_TFJS_VERSION) {
    const found = `${core} with WebAssembly ${wasmVersion}`
    return { reason: `TensorFlow.js ${found}, not ${KNOWN_TFJS_VERSION}` }
  }
  const backend = tf.backend() as BackendWasm
  const wasm = backend.wasm as unknown as EmscriptenInternals
  const memory = wasm.asm?.memory
  if (!(memory?.buffer instanceof ArrayBuffer)) return { reason: 'its memory is not reachable' }
  let scratch = 0
  let scratchBytes = 0
  return {
    memory,
    pointer: (tensor) => backend.getMemoryOffset(tensor.dataId),
    output: (shape) => backend.makeOutput(shape, 'float32'),
    opaque: (bytes) => backend.makeOutput([1], 'float32', wasm._malloc(bytes) >>> 0),
    scratch: (bytes) => {
      if (bytes > scratchBytes) {
        if (scratch !== 0) wasm._free(scratch)
        scratchBytes = Math.ceil(1.25 * bytes)
        scratch = wasm._malloc(scratchBytes) >>> 0
      }
      return scratch
    },
  }
}

/** Whether a tensor written through TensorFlow.js is found, unchanged, where the heap says. */
export function probeWasmHeap(heap: WasmHeap): boolean {
  return tf.tidy(() => {
    const values = [0.5, -2, 3.25]
    const at = heap.pointer(tf.tensor1d(values))
    if (at % 4 !== 0) return false
    const seen = new Float32Array(heap.memory.buffer, at, values.length)
    return values.every((value, i) => seen[i] === value)
  })
}
