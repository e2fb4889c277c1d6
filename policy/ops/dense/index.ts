import * as tf from '@tensorflow/tfjs-core'
import { hasKernel } from '../has-kernel.ts'
import { denseComposite } from './composite.ts'
import { DENSE } from './gradient.ts'

export type DenseActivation = 'linear' | 'relu' | 'elu'

/**
 * A fully connected layer, activation(x·w + b), differentiable in x, w and b.
 *
 * @param x - inputs [..., I]; leading axes are kept
 * @param w - weights [I, O]
 * @param b - bias [O]
 * @returns [..., O]
 */
export function dense(
  x: tf.Tensor,
  w: tf.Tensor2D,
  b: tf.Tensor1D,
  activation: DenseActivation = 'linear',
): tf.Tensor {
  return tf.tidy(() => {
    const [inputs, outputs] = w.shape
    const rows = x.size / inputs
    const matrix = x.rank === 2 ? (x as tf.Tensor2D) : tf.reshape(x, [rows, inputs])
    const y = hasKernel(DENSE)
      ? (tf.engine().runKernel(DENSE, { x: matrix, w, b }, { activation }) as tf.Tensor)
      : denseComposite(matrix as tf.Tensor2D, w, b, activation)
    return x.rank === 2 ? y : tf.reshape(y, [...x.shape.slice(0, -1), outputs])
  })
}
