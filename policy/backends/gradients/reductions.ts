import * as tf from '@tensorflow/tfjs-core'
import { type GradientTable, keptShape } from './gradient-table.ts'

const sum: tf.GradConfig = {
  kernelName: tf.Sum,
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attrs) => {
    const x = saved[0]!
    const { axis } = attrs as unknown as tf.SumAttrs
    const kept = () => tf.reshape(dy as tf.Tensor, keptShape(x.shape, axis))
    return { x: () => tf.mul(kept(), tf.ones(x.shape)) }
  },
}

const mean: tf.GradConfig = {
  kernelName: tf.Mean,
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attrs) => {
    const x = saved[0]!
    const kept = keptShape(x.shape, (attrs as unknown as tf.MeanAttrs).axis)
    const count = x.size / tf.util.sizeFromShape(kept)
    return { x: () => tf.mul(tf.reshape(dy as tf.Tensor, kept), tf.fill(x.shape, 1 / count)) }
  },
}

/** Maximum and minimum: every element equal to the extreme receives the gradient. */
const extreme = (kernelName: string): tf.GradConfig => ({
  kernelName,
  inputsToSave: ['x'],
  outputsToSave: [true],
  gradFunc: (dy, saved, attrs) => {
    const [x, y] = saved as [tf.Tensor, tf.Tensor]
    const { reductionIndices, axis } = attrs as unknown as tf.MaxAttrs & tf.MinAttrs
    const kept = keptShape(x.shape, reductionIndices ?? axis)
    return {
      x: () =>
        tf.mul(
          tf.reshape(dy as tf.Tensor, kept),
          tf.cast(tf.equal(x, tf.reshape(y, kept)), 'float32'),
        ),
    }
  },
})

const softmax: tf.GradConfig = {
  kernelName: tf.Softmax,
  outputsToSave: [true],
  gradFunc: (dy, saved, attrs) => {
    const y = saved[0]!
    const { dim } = attrs as unknown as tf.SoftmaxAttrs
    const weighted = tf.mul(dy as tf.Tensor, y)
    return { logits: () => tf.sub(weighted, tf.mul(tf.sum(weighted, dim, true), y)) }
  },
}

const logSoftmax: tf.GradConfig = {
  kernelName: tf.LogSoftmax,
  outputsToSave: [true],
  gradFunc: (dy, saved, attrs) => {
    const value = saved[0]!
    const { axis } = attrs as unknown as tf.LogSoftmaxAttrs
    return {
      logits: () =>
        tf.sub(dy as tf.Tensor, tf.mul(tf.sum(dy as tf.Tensor, axis, true), tf.exp(value))),
    }
  },
}

/** Four cases of transposition, for batches of matrices without broadcasting of the batch. */
const matMul: tf.GradConfig = {
  kernelName: tf.BatchMatMul,
  inputsToSave: ['a', 'b'],
  gradFunc: (upstream, saved, attrs) => {
    const [a, b] = saved as [tf.Tensor, tf.Tensor]
    const dy = upstream as tf.Tensor
    const { transposeA, transposeB } = attrs as unknown as tf.BatchMatMulAttrs
    return {
      a: () =>
        transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB),
      b: () =>
        transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false),
    }
  },
}

export const REDUCTION_GRADIENTS: GradientTable = [
  sum,
  mean,
  extreme(tf.Max),
  extreme(tf.Min),
  softmax,
  logSoftmax,
  matMul,
]
