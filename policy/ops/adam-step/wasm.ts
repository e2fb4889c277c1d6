import * as tf from '@tensorflow/tfjs-core'
import type { WasmHeap } from '../../backends/wasm-heap.ts'
import type { KernelExports } from '../../kernels/load-kernels.ts'
import { NORM_GUARD } from './composite.ts'
import { ADAM_STEP, type AdamRates } from './index.ts'

type Tensors = Record<string, tf.TensorInfo>

/** The Adam step on the `wasm` backend: all parameters in one kernel. */
export function adamStepWasm(
  kernels: KernelExports,
  heap: WasmHeap,
): Record<string, tf.KernelFunc> {
  return {
    [ADAM_STEP]: ({ inputs, attrs }) =>
      stepAll(kernels, heap, inputs as Tensors, attrs as unknown as AdamRates),
  }
}

function stepAll(
  kernels: KernelExports,
  heap: WasmHeap,
  inputs: Tensors,
  { rate, secondScale, beta1, beta2, epsilon, maxNorm }: AdamRates,
): tf.TensorInfo[] {
  const copy = (tensor: tf.TensorInfo) => copyOf(heap, tensor)
  const count = (Object.keys(inputs).length - 2) / 2
  const gradients = Array.from({ length: count }, (_, i) => inputs[`g${i}`]!)
  const norm = heap.output([])
  const [m, v] = [copy(inputs['m']!), copy(inputs['v']!)]
  const values = gradients.map((_, i) => copy(inputs[`p${i}`]!))

  const sizes = values.map((value) => tf.util.sizeFromShape(value.shape))
  const squares = gradients.map((g, i) => kernels.sumOfSquares(heap.pointer(g), sizes[i]!))
  const length = Math.sqrt(squares.reduce((sum, square) => sum + square, 0))
  new Float32Array(heap.memory.buffer, heap.pointer(norm), 1)[0] = length
  const scale = Math.min(1, maxNorm / (length + NORM_GUARD))
  let offset = 0
  for (const [i, value] of values.entries()) {
    const at = [heap.pointer(value), heap.pointer(gradients[i]!)] as const
    const moments = [heap.pointer(m) + offset, heap.pointer(v) + offset] as const
    const size = sizes[i]!
    kernels.adam(...at, ...moments, size, rate, beta1, beta2, epsilon, secondScale, scale)
    offset += 4 * size
  }
  return [norm, m, v, ...values]
}

function copyOf(heap: WasmHeap, tensor: tf.TensorInfo): tf.TensorInfo {
  const out = heap.output(tensor.shape)
  const from = heap.pointer(tensor)
  const bytes = 4 * tf.util.sizeFromShape(tensor.shape)
  new Uint8Array(heap.memory.buffer).copyWithin(heap.pointer(out), from, from + bytes)
  return out
}
