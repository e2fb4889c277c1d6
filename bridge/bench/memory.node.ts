import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What this process holds [bytes]. */
export interface MemoryUse {
  /** As the operating system counts it; V8 gives back late what it does not use. */
  readonly rssBytes: number
  /** JavaScript objects alive, and array buffers outside of V8's heap. */
  readonly heapBytes: number
  readonly buffersBytes: number
  /** Of all WebAssembly modules that were started since `watchWasmMemory`; it grows, never shrinks. */
  readonly wasmBytes: number
}

export interface MemoryMeter {
  /** After everything that nobody holds any more was collected. */
  read(): MemoryUse
  /** JavaScript objects, dead ones included [bytes]: what it grows by in a moment was allocated in it. */
  allocatedBytes(): number
}

interface Started {
  readonly exports: Readonly<Record<string, unknown>>
}

/** Meters this process. WebAssembly modules count that start later. */
export function createMemoryMeter(): MemoryMeter {
  const wasmBytes = watchWasmMemory()
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  return {
    read() {
      // Twice: what finalizers let go of is free after the second.
      collect()
      collect()
      const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
      return {
        rssBytes: rss,
        heapBytes: heapUsed,
        buffersBytes: arrayBuffers,
        wasmBytes: wasmBytes(),
      }
    },
    allocatedBytes: () => process.memoryUsage().heapUsed,
  }
}

/** Size of the memories of WebAssembly modules that start from now on, to be read at any time [bytes]. */
export function watchWasmMemory(): () => number {
  const starter = (globalThis as unknown as { WebAssembly: WasmStarter }).WebAssembly
  const memories: { readonly buffer: ArrayBuffer }[] = []
  const original = starter.instantiate
  starter.instantiate = async (source, imports) => {
    const started = await original(source, imports)
    const { exports } = 'instance' in started ? started.instance : started
    const memory = Object.values(exports).find(isMemory)
    if (memory !== undefined) memories.push(memory)
    return started
  }
  return () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0)
}

interface WasmStarter {
  instantiate: (source: unknown, imports: unknown) => Promise<Started | { instance: Started }>
}

function isMemory(value: unknown): value is { readonly buffer: ArrayBuffer } {
  return typeof value === 'object' && value !== null && 'buffer' in value && 'grow' in value
}
