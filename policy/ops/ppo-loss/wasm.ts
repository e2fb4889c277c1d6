import * as tf from '@tensorflow/tfjs-core'
import type { WasmHeap } from '../../backends/wasm-heap.ts'
import { type PpoLossInputs, ppoLossOnArrays } from './closed-form.ts'
import { PPO_LOSS } from './gradient.ts'
import type { PpoLossOptions } from './index.ts'

/** The loss on the `wasm` backend: closed form, in place on its memory. */
export function ppoLossWasm(heap: WasmHeap): Record<string, tf.KernelFunc> {
  const view = (tensor: tf.TensorInfo) =>
    new Float32Array(heap.memory.buffer, heap.pointer(tensor), tf.util.sizeFromShape(tensor.shape))
  return {
    [PPO_LOSS]: ({ inputs, attrs }) => {
      const { mean, logStd, values } = inputs as Record<string, tf.TensorInfo>
      const shapes = [[], [4], mean!.shape, logStd!.shape, values!.shape]
      const results = shapes.map((shape) => heap.output([...shape]))
      const entries = Object.entries(inputs).map(
        ([name, tensor]) => [name, view(tensor as tf.TensorInfo)] as const,
      )
      const [loss, figures, dMean, dLogStd, dValues] = results.map(view) as Five<Float32Array>
      ppoLossOnArrays(
        Object.fromEntries(entries) as PpoLossInputs,
        attrs as unknown as PpoLossOptions,
        { loss, figures, dMean, dLogStd, dValues },
      )
      return results
    },
  }
}

type Five<T> = [T, T, T, T, T]
