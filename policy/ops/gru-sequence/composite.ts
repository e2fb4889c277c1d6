import * as tf from '@tensorflow/tfjs-core'

/** The GRU sequence out of ordinary TensorFlow.js ops: on any backend, with gradients by autograd. */
export function gruSequenceComposite(
  x: tf.Tensor3D,
  h0: tf.Tensor2D,
  mask: tf.Tensor2D,
  wx: tf.Tensor2D,
  wh: tf.Tensor2D,
  bx: tf.Tensor1D,
  bh: tf.Tensor1D,
): tf.Tensor3D {
  const inputs = tf.unstack(x) as tf.Tensor2D[]
  const keeps = tf.unstack(tf.expandDims(mask, 2)) as tf.Tensor2D[]
  const outputs: tf.Tensor2D[] = []
  let h = h0
  for (const [t, input] of inputs.entries()) {
    const kept = tf.mul(h, keeps[t]!) as tf.Tensor2D
    const [r, z, a] = tf.split(tf.add(tf.matMul(input, wx), bx), 3, 1)
    const [s, u, q] = tf.split(tf.add(tf.matMul(kept, wh), bh), 3, 1)
    const update = tf.sigmoid(tf.add(z!, u!))
    const candidate = tf.tanh(tf.add(a!, tf.mul(tf.sigmoid(tf.add(r!, s!)), q!)))
    h = tf.add(candidate, tf.mul(update, tf.sub(kept, candidate)))
    outputs.push(h)
  }
  return tf.stack(outputs) as tf.Tensor3D
}
