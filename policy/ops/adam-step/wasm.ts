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
  const like = ({ shape }: tf.TensorInfo) => heap.output([...shape])
  const count = (Object.keys(inputs).length - 2) / 2
  const numbers = Array.from({ length: count }, (_, i) => i)
  const gradients = numbers.map((i) => inputs[`g${i}`]!)
  const norm = heap.output([])
  const [m, v] = [like(inputs['m']!), like(inputs['v']!)]
  const values = gradients.map(like)

  const sizes = values.map((value) => tf.util.sizeFromShape(value.shape))
  const squares = gradients.map((g, i) => kernels.sumOfSquares(heap.pointer(g), sizes[i]!))
  const length = Math.sqrt(squares.reduce((sum, square) => sum + square, 0))
  new Float32Array(heap.memory.buffer, heap.pointer(norm), 1)[0] = length
  const scale = Math.min(1, maxNorm / (length + NORM_GUARD))
  let offset = 0
  for (const [i, value] of values.entries()) {
    const moments = [inputs['m']!, inputs['v']!].map((moment) => heap.pointer(moment) + offset)
    const next = [m, v].map((moment) => heap.pointer(moment) + offset)
    kernels.adam(
      ...[heap.pointer(inputs[`p${i}`]!), heap.pointer(gradients[i]!), ...(moments as Pair)],
      ...[heap.pointer(value), ...(next as Pair)],
      ...[sizes[i]!, rate, beta1, beta2, epsilon, secondScale, scale],
    )
    offset += 4 * sizes[i]!
  }
  return [norm, m, v, ...values]
}

type Pair = [number, number]
