import type { WasmHeap } from '../backends/wasm-heap.ts'
import type { KernelExports } from '../kernels/load-kernels.ts'
import { adamStepWasm } from './adam-step/wasm.ts'
import { denseGradient } from './dense/gradient.ts'
import { denseWasm } from './dense/wasm.ts'
import { gruSequenceGradient } from './gru-sequence/gradient.ts'
import { gruSequenceWasm } from './gru-sequence/wasm.ts'
import { lstmSequenceGradient } from './lstm-sequence/gradient.ts'
import { lstmSequenceWasm } from './lstm-sequence/wasm.ts'
import { ppoLossGradient } from './ppo-loss/gradient.ts'
import { ppoLossWasm } from './ppo-loss/wasm.ts'
import { registerOps } from './register-ops.ts'

/** Registers the fused ops on the `wasm` backend. @returns takes them out again */
export function installOps(kernels: KernelExports, heap: WasmHeap): () => void {
  const kernelFuncs = {
    ...lstmSequenceWasm(kernels, heap),
    ...gruSequenceWasm(kernels, heap),
    ...adamStepWasm(kernels, heap),
    ...denseWasm(kernels, heap),
    ...ppoLossWasm(heap),
  }
  const gradients = [lstmSequenceGradient, gruSequenceGradient, denseGradient, ppoLossGradient]
  return registerOps({ backendName: 'wasm', kernels: kernelFuncs, gradients })
}
