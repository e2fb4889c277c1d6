import * as tf from '@tensorflow/tfjs-core'
import { ACTIVATION, type Activation, type KernelExports } from '../kernels/load-kernels.ts'
import { replaceKernel } from './replace-kernel.ts'
import type { WasmHeap } from './wasm-heap.ts'

type KernelCall = Parameters<tf.KernelFunc>[0]

interface Product {
  readonly m: number
  readonly n: number
  readonly k: number
  /** Matrices in `a`, and in `b` (1: the same for all). */
  readonly batchA: number
  readonly batchB: number
  readonly transposeA: boolean
  readonly transposeB: boolean
  readonly shape: number[]
}

/**
 * Replaces the backend's matrix product, which is slow and slower still when transposed, so that all
 * ordinary TensorFlow.js code speeds up. Cases the kernels lack go to the original.
 *
 * @returns puts the original back
 */
export function installMatMul(kernels: KernelExports, heap: WasmHeap): () => void {
  const plain = tf.getKernel(tf.BatchMatMul, 'wasm')
  const fused = tf.getKernel(tf._FusedMatMul, 'wasm')
  const restorePlain = replaceKernel(plain, (call) => {
    const product = describe(call)
    return product ? multiply(kernels, heap, call, product, 0, 'linear') : plain.kernelFunc(call)
  })
  const restoreFused = replaceKernel(fused, (call) => {
    const { bias, preluActivationWeights } = call.inputs
    const { activation = 'linear' } = call.attrs as { activation?: string }
    const product = describe(call)
    const known = activation in ACTIVATION && !preluActivationWeights
    const bare = !bias && activation === 'linear'
    const layer = product !== null && bias?.shape.length === 1 && !product.transposeA
    if (!product || !known || !(bare || layer)) return fused.kernelFunc(call)
    const at = bias ? heap.pointer(bias) : 0
    return multiply(kernels, heap, call, product, at, activation as Activation)
  })
  return () => {
    restorePlain()
    restoreFused()
  }
}

/** The product asked for, or null where the kernels cannot do it. */
function describe({ inputs, attrs }: KernelCall): Product | null {
  const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo }
  const { transposeA, transposeB } = attrs as unknown as tf.BatchMatMulAttrs
  const [rowsA, columnsA] = a.shape.slice(-2) as [number, number]
  const [rowsB, columnsB] = b.shape.slice(-2) as [number, number]
  const outerA = a.shape.slice(0, -2)
  const outerB = b.shape.slice(0, -2)
  const batchA = tf.util.sizeFromShape(outerA)
  const batchB = tf.util.sizeFromShape(outerB)
  const m = transposeA ? columnsA : rowsA
  const k = transposeA ? rowsA : columnsA
  const n = transposeB ? rowsB : columnsB
  const sameBatch = tf.util.arraysEqual(outerA, outerB)
  const oneForAll = batchB === 1 && outerA.length >= outerB.length
  const supported = a.dtype === 'float32' && b.dtype === 'float32' && m * n * k * batchA > 0
  if (!supported || !(sameBatch || oneForAll)) return null
  return { m, n, k, batchA, batchB, transposeA, transposeB, shape: [...outerA, m, n] }
}

function multiply(
  kernels: KernelExports,
  heap: WasmHeap,
  call: KernelCall,
  product: Product,
  bias: number,
  activation: Activation,
): tf.TensorInfo {
  const { n, k, batchA, batchB, transposeA, transposeB } = product
  const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo }
  const out = heap.output(product.shape)
  const joined = batchB === 1 && !transposeA
  const m = joined ? product.m * batchA : product.m
  const [ta, tb] = [Number(transposeA), Number(transposeB)]
  const scratch = heap.scratch(kernels.matmulScratchBytes(m, n, k, ta, tb))
  const [pa, pb, pc] = [heap.pointer(a), heap.pointer(b), heap.pointer(out)]
  const act = ACTIVATION[activation]
  for (let i = 0; i < (joined ? 1 : batchA); i++) {
    const ai = pa + 4 * i * m * k
    const bi = batchB === 1 ? pb : pb + 4 * i * k * n
    kernels.matmul(ai, bi, pc + 4 * i * m * n, m, n, k, ta, tb, bias, act, scratch)
  }
  return out
}
