import type * as tf from '@tensorflow/tfjs-core'
import type { WasmHeap } from '../../backends/wasm-heap.ts'
import { ACTIVATION, type KernelExports } from '../../kernels/load-kernels.ts'
import { ACTIVATION_GRADIENT, COLUMN_SUM, DENSE } from './gradient.ts'
import type { DenseActivation } from './index.ts'

type Tensors = Record<string, tf.TensorInfo>

const activationOf = (attrs: tf.NamedAttrMap | undefined) =>
  ACTIVATION[(attrs as { activation: DenseActivation }).activation]

/** The dense layer on the `wasm` backend: product, bias and activation in one kernel. */
export function denseWasm(kernels: KernelExports, heap: WasmHeap): Record<string, tf.KernelFunc> {
  return {
    [DENSE]: ({ inputs, attrs }) => {
      const { x, w, b } = inputs as Tensors
      const [rows, outputs] = [x!.shape[0]!, w!.shape[1]!]
      const y = heap.output([rows, outputs])
      const sizes = [rows, w!.shape[0]!, outputs] as const
      const scratch = heap.scratch(kernels.denseScratchBytes(...sizes))
      const at = [x, w, b, y].map((t) => heap.pointer(t!)) as [number, number, number, number]
      kernels.dense(...at, ...sizes, activationOf(attrs), scratch)
      return y
    },
    [ACTIVATION_GRADIENT]: ({ inputs, attrs }) => {
      const { dy, y } = inputs as Tensors
      const dz = heap.output(dy!.shape)
      const [from, output, to] = [heap.pointer(dy!), heap.pointer(y!), heap.pointer(dz)]
      const size = dy!.shape.reduce((product, n) => product * n, 1)
      kernels.activationBackward(from, output, to, size, activationOf(attrs))
      return dz
    },
    [COLUMN_SUM]: ({ inputs }) => {
      const { x } = inputs as Tensors
      const [rows, columns] = x!.shape as [number, number]
      const sums = heap.output([columns])
      kernels.columnSum(heap.pointer(x!), heap.pointer(sums), rows, columns, 0)
      return sums
    },
  }
}
