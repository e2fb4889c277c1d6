import { createRequire } from 'node:module'
import path from 'node:path'
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { CodedError } from '../../configs/load/coded-error.ts'
import { enableRelaxedSimd } from '../kernels/enable-relaxed-simd.node.ts'
import { instantiateKernels, type KernelVariant } from '../kernels/load-kernels.ts'
import { type FastestKernels, fastestKernels } from '../kernels/native/load-wide-gemm.node.ts'
import { installOps } from '../ops/wasm.ts'
import type { Backend } from './backend.ts'
import { registerGradients } from './gradients/index.ts'
import { openWasmHeap, probeWasmHeap } from './wasm-heap.ts'
import { installIdentity } from './wasm-identity.ts'
import { installMatMul } from './wasm-matmul.ts'
import { installSplit } from './wasm-split.ts'

export interface WasmBackendOptions {
  /** Build of the kernels, or none; the default is the fastest there is, native code included. */
  readonly kernels?: KernelVariant | 'composite'
  /** Told once when the fused kernels cannot be used; the default is Node's own warning. */
  readonly warn?: (message: string) => void
}

/**
 * TensorFlow.js on WebAssembly in one thread, with our kernels in its memory: matrix products of ordinary
 * code and the ops of policy/ops. In the main thread or a worker; takes about 0.1 s.
 */
export async function startWasmBackend(options: WasmBackendOptions = {}): Promise<Backend> {
  enableRelaxedSimd()
  tf.enableProdMode()
  registerGradients()
  await startStockBackend()
  const { kernels: asked, warn = (m) => process.emitWarning(m) } = options
  const composite: Backend = { name: 'wasm', kernels: 'composite', release: () => undefined }
  if (asked === 'composite') return composite
  const heap = openWasmHeap()
  if ('reason' in heap || !probeWasmHeap(heap)) {
    const reason = 'reason' in heap ? heap.reason : 'a tensor is not where it should be'
    warn(`TensorFlow.js runs without our fast kernels: ${reason}. Training is many times slower.`)
    return composite
  }
  const chosen: FastestKernels = asked ? { variant: asked } : fastestKernels()
  const kernels = instantiateKernels(heap.memory, chosen)
  const removals = [
    installIdentity(),
    installMatMul(kernels, heap),
    installSplit(kernels, heap),
    installOps(kernels, heap),
  ]
  const release = () => {
    for (const remove of removals) remove()
  }
  return { name: 'wasm', kernels: chosen.variant, products: chosen.products, release }
}

/** The backend as published, its binaries taken from the package. */
async function startStockBackend(): Promise<void> {
  if (tf.getBackend() === 'wasm') return
  const home = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')
  setWasmPaths(`${path.join(path.dirname(home), 'dist')}${path.sep}`)
  setThreadsCount(1)
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  const restore = guardProcessListeners()
  const started = await tf.setBackend('wasm')
  restore()
  if (started) return
  throw new CodedError('POLICY_BACKEND_MISSING', 'TensorFlow.js could not start on WebAssembly', {
    hint: 'reinstall with npm ci; the processor must have 128-bit SIMD',
  })
}

/** The compiled runtime adds handlers that swallow the process's own; what it added is taken off again. */
function guardProcessListeners(): () => void {
  const events = ['uncaughtException', 'unhandledRejection']
  const before = events.map((event) => new Set(process.rawListeners(event)))
  return () => {
    for (const [i, event] of events.entries()) {
      for (const listener of process.rawListeners(event)) {
        if (!before[i]!.has(listener)) process.off(event, listener as () => void)
      }
    }
  }
}
