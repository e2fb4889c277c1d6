import type * as tf from '@tensorflow/tfjs-core'
import type { WasmHeap } from '../../backends/wasm-heap.ts'
import type { KernelExports } from '../../kernels/load-kernels.ts'
import { LSTM_SEQUENCE, LSTM_SEQUENCE_GRADIENT } from './gradient.ts'

type Tensors = Record<string, tf.TensorInfo>

/** The fused sequence on the `wasm` backend: one kernel forward, one backward. */
export function lstmSequenceWasm(
  kernels: KernelExports,
  heap: WasmHeap,
): Record<string, tf.KernelFunc> {
  return {
    [LSTM_SEQUENCE]: ({ inputs }) => forward(kernels, heap, inputs as Tensors),
    [LSTM_SEQUENCE_GRADIENT]: ({ inputs }) => backward(kernels, heap, inputs as Tensors),
  }
}

/** Outputs hs, cT and the tape, which is opaque so that nobody makes zeros of its size. */
function forward(kernels: KernelExports, heap: WasmHeap, inputs: Tensors): tf.TensorInfo[] {
  const { x, h0, c0, mask, wx, wh, b } = inputs
  const [steps, batch, size] = x!.shape as [number, number, number]
  const hidden = h0!.shape[1]!
  const hs = heap.output([steps, batch, hidden])
  const cT = heap.output([batch, hidden])
  const tape = heap.opaque(kernels.lstmTapeBytes(steps, batch, hidden))
  const scratch = heap.scratch(kernels.lstmForwardScratchBytes(size, hidden))
  const at = (tensor: tf.TensorInfo | undefined) => heap.pointer(tensor!)
  kernels.lstmForward(
    ...([steps, batch, size, hidden] as const),
    ...([at(x), at(h0), at(c0), at(mask), at(wx), at(wh), at(b)] as const),
    ...([at(hs), at(cT), at(tape)] as const),
    scratch,
  )
  return [hs, cT, tape]
}

/** Outputs the gradients of x, wx, wh, b, h0 and c0. */
function backward(kernels: KernelExports, heap: WasmHeap, inputs: Tensors): tf.TensorInfo[] {
  const { dhs, dcT, x, mask, wx, wh, tape0 } = inputs
  const [steps, batch, size] = x!.shape as [number, number, number]
  const hidden = wh!.shape[0]!
  const dx = heap.output([steps, batch, size])
  const dwx = heap.output([size, 4 * hidden])
  const dwh = heap.output([hidden, 4 * hidden])
  const db = heap.output([4 * hidden])
  const dh0 = heap.output([batch, hidden])
  const dc0 = heap.output([batch, hidden])
  const scratch = heap.scratch(kernels.lstmBackwardScratchBytes(steps, batch, size, hidden))
  const at = (tensor: tf.TensorInfo | undefined) => heap.pointer(tensor!)
  new Uint8Array(heap.memory.buffer).copyWithin(at(dc0), at(dcT), at(dcT) + 4 * batch * hidden)
  kernels.lstmBackward(
    ...([steps, batch, size, hidden] as const),
    ...([at(x), at(mask), at(wx), at(wh), at(tape0), at(dhs)] as const),
    ...([at(dx), at(dwx), at(dwh), at(db), at(dh0), at(dc0)] as const),
    scratch,
  )
  return [dx, dwx, dwh, db, dh0, dc0]
}
