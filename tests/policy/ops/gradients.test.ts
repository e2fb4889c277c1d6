import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { startCpuBackend } from '../../../policy/backends/cpu-backend.ts'

/** Central differences of a scalar function, in single precision: good to about three digits. */
function numericGradient(f: (x: tf.Tensor) => tf.Scalar, at: tf.Tensor): number[] {
  const values = at.dataSync()
  const step = 1e-2
  return Array.from(values, (_, i) => {
    const shifted = (by: number) => {
      const moved = values.slice()
      moved[i] = moved[i]! + by
      return tf.tidy(() => f(tf.tensor(moved, at.shape)).dataSync()[0]!)
    }
    return (shifted(step) - shifted(-step)) / (2 * step)
  })
}

/** Keeps clear of the kinks of relu, abs, clip, min and max. */
const X = () => tf.tensor2d([0.7, -0.4, 1.3, 0.25, -1.2, 0.9], [2, 3])
const POSITIVE = () => tf.add(tf.abs(X()), 0.3)
const OTHER = () => tf.tensor2d([0.5, 0.2, -0.6], [1, 3])

type Case = [name: string, f: (x: tf.Tensor) => tf.Tensor, at?: () => tf.Tensor]

const CASES: Case[] = [
  ['exp', (x) => tf.exp(x)],
  ['sigmoid', (x) => tf.sigmoid(x)],
  ['tanh', (x) => tf.tanh(x)],
  ['sqrt', (x) => tf.sqrt(x), POSITIVE],
  ['rsqrt', (x) => tf.rsqrt(x), POSITIVE],
  ['reciprocal', (x) => tf.reciprocal(x), POSITIVE],
  ['log', (x) => tf.log(x), POSITIVE],
  ['log1p', (x) => tf.log1p(x), POSITIVE],
  ['relu', (x) => tf.relu(x)],
  ['elu', (x) => tf.elu(x)],
  ['abs', (x) => tf.abs(x)],
  ['sin', (x) => tf.sin(x)],
  ['cos', (x) => tf.cos(x)],
  ['square', (x) => tf.square(x)],
  ['softplus', (x) => tf.softplus(x)],
  ['neg', (x) => tf.neg(x)],
  ['clipByValue', (x) => tf.clipByValue(x, -0.5, 1)],
  ['where', (x) => tf.where(tf.greater(x, 0), tf.mul(x, 3), tf.square(x))],
  ['add with broadcasting', (x) => tf.square(tf.add(OTHER(), x))],
  ['sub with broadcasting', (x) => tf.square(tf.sub(OTHER(), x))],
  ['mul with broadcasting', (x) => tf.mul(OTHER(), x)],
  ['div with broadcasting', (x) => tf.div(OTHER(), x), POSITIVE],
  ['the broadcast side of mul', (x) => tf.mul(X(), tf.mean(x, 0))],
  ['maximum', (x) => tf.maximum(x, OTHER())],
  ['minimum', (x) => tf.minimum(x, OTHER())],
  ['squaredDifference', (x) => tf.squaredDifference(x, OTHER())],
  ['pow', (x) => tf.pow(x, 3), POSITIVE],
  ['addN', (x) => tf.addN([x, tf.square(x)])],
  ['sum over an axis', (x) => tf.square(tf.sum(x, 1))],
  ['mean over an axis', (x) => tf.square(tf.mean(x, 0, true))],
  ['max', (x) => tf.max(x, 1)],
  ['min', (x) => tf.min(x, 0)],
  ['logSumExp', (x) => tf.logSumExp(x, 1)],
  ['softmax', (x) => tf.square(tf.softmax(x))],
  ['logSoftmax', (x) => tf.square(tf.logSoftmax(x))],
  ['matMul, left', (x) => tf.matMul(x as tf.Tensor2D, X(), false, true)],
  ['matMul, right transposed', (x) => tf.matMul(X(), x as tf.Tensor2D, false, true)],
  ['matMul, left transposed', (x) => tf.matMul(x as tf.Tensor2D, X(), true, false)],
  ['matMul, both transposed', (x) => tf.matMul(x as tf.Tensor2D, tf.transpose(X()), true, true)],
  ['concat', (x) => tf.square(tf.concat([x, X(), tf.square(x)], 1))],
  ['slice', (x) => tf.square(tf.slice(x, [0, 1], [2, 2]))],
  ['split', (x) => tf.mul(tf.split(x, 3, 1)[0]!, tf.split(x, 3, 1)[2]!)],
  ['stack', (x) => tf.square(tf.stack([x, tf.exp(x)], 1))],
  ['unstack', (x) => tf.mul(tf.unstack(x)[0]!, tf.unstack(x)[1]!)],
  [
    'pad',
    (x) =>
      tf.square(
        tf.pad(
          x,
          [
            [1, 0],
            [0, 2],
          ],
          1,
        ),
      ),
  ],
  ['transpose', (x) => tf.mul(tf.transpose(x), tf.transpose(X()))],
  ['tile', (x) => tf.mul(tf.tile(x, [2, 2]), tf.reshape(tf.range(0, 24), [4, 6]))],
  ['reshape', (x) => tf.square(tf.reshape(x, [3, 2]))],
  ['expandDims', (x) => tf.square(tf.expandDims(x, 1))],
  ['gather', (x) => tf.square(tf.gather(x, tf.tensor1d([1, 0, 1], 'int32'), 1))],
]

describe('the gradients registered for TensorFlow.js', () => {
  beforeAll(async () => {
    await startCpuBackend()
  })

  it.each(CASES)('%s agrees with central differences', (_name, f, at = X) => {
    const scalar = (x: tf.Tensor) => tf.sum(f(x)) as tf.Scalar
    const x = at()
    const expected = numericGradient(scalar, x)
    const found = tf.grad(scalar)(x).dataSync()
    for (const [i, slope] of expected.entries()) {
      expect(Math.abs(found[i]! - slope)).toBeLessThan(3e-3 * Math.max(1, Math.abs(slope)))
    }
  })
})
