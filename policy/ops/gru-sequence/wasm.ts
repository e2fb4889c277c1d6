import type * as tf from '@tensorflow/tfjs-core'
import type { WasmHeap } from '../../backends/wasm-heap.ts'
import type { KernelExports } from '../../kernels/load-kernels.ts'
import { GRU_SEQUENCE, GRU_SEQUENCE_GRADIENT } from './gradient.ts'

type Tensors = Record<string, tf.TensorInfo>

/** The fused sequence on the `wasm` backend: one kernel forward, one backward. */
export function gruSequenceWasm(
  kernels: KernelExports,
  heap: WasmHeap,
): Record<string, tf.KernelFunc> {
  return {
    [GRU_SEQUENCE]: ({ inputs }) => forward(kernels, heap, inputs as Tensors),
    [GRU_SEQUENCE_GRADIENT]: ({ inputs }) => backward(kernels, heap, inputs as Tensors),
  }
}

/** Outputs hs and the tape, which is opaque so that nobody makes zeros of its size. */
function forward(kernels: KernelExports, heap: WasmHeap, inputs: Tensors): tf.TensorInfo[] {
  const { x, h0, mask, wx, wh, bx, bh } = inputs
  const [steps, batch, size] = x!.shape as [number, number, number]
  const hidden = h0!.shape[1]!
  const hs = heap.output([steps, batch, hidden])
  const tape = heap.opaque(kernels.gruTapeBytes(steps, batch, hidden))
  const scratch = heap.scratch(kernels.gruForwardScratchBytes(batch, size, hidden))
  const at = (tensor: tf.TensorInfo | undefined) => heap.pointer(tensor!)
  kernels.gruForward(
    ...([steps, batch, size, hidden] as const),
    ...([at(x), at(h0), at(mask), at(wx), at(wh), at(bx), at(bh)] as const),
    ...([at(hs), at(tape)] as const),
    scratch,
  )
  return [hs, tape]
}

/** Outputs the gradients of x, wx, wh, bx, bh and h0. */
function backward(kernels: KernelExports, heap: WasmHeap, inputs: Tensors): tf.TensorInfo[] {
  const { dhs, x, mask, wx, wh, tape } = inputs
  const [steps, batch, size] = x!.shape as [number, number, number]
  const hidden = wh!.shape[0]!
  const dx = heap.output([steps, batch, size])
  const dwx = heap.output([size, 3 * hidden])
  const dwh = heap.output([hidden, 3 * hidden])
  const dbx = heap.output([3 * hidden])
  const dbh = heap.output([3 * hidden])
  const dh0 = heap.output([batch, hidden])
  const scratch = heap.scratch(kernels.gruBackwardScratchBytes(steps, batch, size, hidden))
  const at = (tensor: tf.TensorInfo | undefined) => heap.pointer(tensor!)
  kernels.gruBackward(
    ...([steps, batch, size, hidden] as const),
    ...([at(x), at(mask), at(wx), at(wh), at(tape), at(dhs)] as const),
    ...([at(dx), at(dwx), at(dwh), at(dbx), at(dbh), at(dh0)] as const),
    scratch,
  )
  return [dx, dwx, dwh, dbx, dbh, dh0]
}
