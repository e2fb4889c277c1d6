import * as tf from '@tensorflow/tfjs-core'
import { hasKernel } from '../has-kernel.ts'
import { lstmSequenceComposite } from './composite.ts'
import { LSTM_SEQUENCE } from './gradient.ts'

export interface LstmSequenceResult {
  /** Hidden state after each step [T, B, H]; the last is the state to go on with. */
  readonly hs: tf.Tensor3D
  /** Cell state after the last step [B, H]. */
  readonly cT: tf.Tensor2D
}

/**
 * An LSTM over a whole sequence, differentiable in every argument but the mask.
 *
 *   h, c ← mask[t] · h, mask[t] · c        (0 starts a new episode at step t, 1 carries on)
 *   i, f, g, o = x[t]·wx + h·wh + b        gates in this order along the last axis
 *   c ← σ(f)·c + σ(i)·tanh(g) ;  h ← σ(o)·tanh(c)
 *
 * One fused kernel where the backend has one and H is a multiple of 4, else composed of ordinary ops.
 *
 * @param x - inputs [T, B, I]
 * @param h0 - hidden state before the first step [B, H]
 * @param c0 - cell state before the first step [B, H]
 * @param mask - 0 or 1 [T, B], float32
 * @param wx - input weights [I, 4H]
 * @param wh - recurrent weights [H, 4H]
 * @param b - bias [4H]
 */
export function lstmSequence(
  x: tf.Tensor3D,
  h0: tf.Tensor2D,
  c0: tf.Tensor2D,
  mask: tf.Tensor2D,
  wx: tf.Tensor2D,
  wh: tf.Tensor2D,
  b: tf.Tensor1D,
): LstmSequenceResult {
  return tf.tidy(() => {
    if (h0.shape[1] % 4 !== 0 || !hasKernel(LSTM_SEQUENCE)) {
      return { ...lstmSequenceComposite(x, h0, c0, mask, wx, wh, b) }
    }
    const inputs = { x, h0, c0, mask, wx, wh, b }
    const [hs, cT] = tf.engine().runKernel(LSTM_SEQUENCE, inputs) as tf.Tensor[]
    return { hs: hs as tf.Tensor3D, cT: cT as tf.Tensor2D }
  })
}
