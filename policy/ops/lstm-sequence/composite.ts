import * as tf from '@tensorflow/tfjs-core'
import type { LstmSequenceResult } from './index.ts'

/** The LSTM sequence out of ordinary TensorFlow.js ops: on any backend, with gradients by autograd. */
export function lstmSequenceComposite(
  x: tf.Tensor3D,
  h0: tf.Tensor2D,
  c0: tf.Tensor2D,
  mask: tf.Tensor2D,
  wx: tf.Tensor2D,
  wh: tf.Tensor2D,
  b: tf.Tensor1D,
): LstmSequenceResult {
  const inputs = tf.unstack(x) as tf.Tensor2D[]
  const keeps = tf.unstack(tf.expandDims(mask, 2)) as tf.Tensor2D[]
  const outputs: tf.Tensor2D[] = []
  let h = h0
  let c = c0
  for (const [t, input] of inputs.entries()) {
    const hKept = tf.mul(h, keeps[t]!) as tf.Tensor2D
    const cKept = tf.mul(c, keeps[t]!)
    const gates = tf.add(tf.add(tf.matMul(input, wx), tf.matMul(hKept, wh)), b)
    const [i, f, g, o] = tf.split(gates, 4, 1)
    const admitted = tf.mul(tf.sigmoid(i!), tf.tanh(g!))
    c = tf.add(tf.mul(tf.sigmoid(f!), cKept), admitted)
    h = tf.mul(tf.sigmoid(o!), tf.tanh(c))
    outputs.push(h)
  }
  return { hs: tf.stack(outputs) as tf.Tensor3D, cT: c }
}
