import * as tf from '@tensorflow/tfjs-core'
import type { AdamRates, AdamState } from './index.ts'

/** Adam out of ordinary TensorFlow.js ops on the flat vector of all gradients. */
export function adamStepComposite(
  parameters: readonly tf.Variable[],
  gradients: readonly tf.Tensor[],
  state: AdamState,
  { rate, secondScale, beta1, beta2, epsilon, maxNorm }: AdamRates,
): tf.Scalar {
  return tf.tidy(() => {
    const flat = tf.concat(gradients.map((g) => tf.reshape(g, [g.size])))
    const norm = tf.sqrt(tf.sum(tf.square(flat))) as tf.Scalar
    const scale = Number.isFinite(maxNorm)
      ? tf.minimum(tf.div(maxNorm, tf.add(norm, NORM_GUARD)), 1)
      : tf.scalar(1)
    const g = tf.mul(flat, scale)
    state.m.assign(tf.add(tf.mul(state.m, beta1), tf.mul(g, 1 - beta1)))
    state.v.assign(tf.add(tf.mul(state.v, beta2), tf.mul(tf.square(g), 1 - beta2)))
    const spread = tf.add(tf.sqrt(tf.mul(state.v, secondScale)), epsilon)
    const change = tf.mul(tf.div(state.m, spread), rate)
    const parts = tf.split(
      change,
      parameters.map((p) => p.size),
    )
    for (const [i, p] of parameters.entries()) {
      p.assign(tf.sub(p, tf.reshape(parts[i]!, p.shape)))
    }
    return norm
  })
}

/** Keeps the division by the norm finite, as in PyTorch's clip_grad_norm_. */
export const NORM_GUARD = 1e-6
