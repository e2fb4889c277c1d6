import * as tf from '@tensorflow/tfjs-core'

/** Gradients of TensorFlow.js kernels, in the form `tf.registerGradient` takes. */
export type GradientTable = readonly tf.GradConfig[]

/** Undoes broadcasting: sums `gradient` over the axes along which `shape` was repeated. */
export function reduceTo(gradient: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes([...shape], gradient.shape)
  const summed = axes.length > 0 ? tf.sum(gradient, axes) : gradient
  return tf.reshape(summed, [...shape])
}

/** `shape` with the axes of a reduction kept as 1; `axis` is the reduction's attribute. */
export function keptShape(shape: readonly number[], axis: number | number[]): number[] {
  const reduced = new Set(tf.util.parseAxisParam(axis, [...shape]))
  return shape.map((size, i) => (reduced.has(i) ? 1 : size))
}
