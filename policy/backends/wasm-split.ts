import * as tf from '@tensorflow/tfjs-core'
import type { KernelExports } from '../kernels/load-kernels.ts'
import { replaceKernel } from './replace-kernel.ts'
import type { WasmHeap } from './wasm-heap.ts'

/**
 * Replaces the backend's split, which copies row by row from JavaScript: the gradient of every
 * concatenation. @returns puts the original back
 */
export function installSplit(kernels: KernelExports, heap: WasmHeap): () => void {
  const original = tf.getKernel(tf.SplitV, 'wasm')
  return replaceKernel(original, (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo }
    if (x.dtype !== 'float32') return original.kernelFunc(call)
    const { numOrSizeSplits, axis } = call.attrs as unknown as tf.SplitVAttrs
    const along = tf.util.parseAxisParam(axis, x.shape)[0]!
    const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits, along)
    const rows = tf.util.sizeFromShape(x.shape.slice(0, along))
    const stride = 4 * tf.util.sizeFromShape(x.shape.slice(along))
    const inner = tf.util.sizeFromShape(x.shape.slice(along + 1))
    let offset = 0
    return sizes.map((size) => {
      const part = heap.output(x.shape.map((length, k) => (k === along ? size : length)))
      const [from, to] = [heap.pointer(x) + offset, heap.pointer(part)]
      kernels.copyBlock(from, stride, to, 4 * size * inner, rows, size * inner)
      offset += 4 * size * inner
      return part
    })
  })
}
