import * as tf from '@tensorflow/tfjs-core'
import { hasKernel } from '../has-kernel.ts'
import { gruSequenceComposite } from './composite.ts'
import { GRU_SEQUENCE } from './gradient.ts'

/**
 * A GRU over a whole sequence, differentiable in every argument but the mask; gates as in cuDNN and PyTorch.
 *
 *   h ← mask[t] · h                              (0 starts a new episode at step t, 1 carries on)
 *   r, z, a = x[t]·wx + bx ;  s, u, q = h·wh + bh      gates in this order along the last axis
 *   r, z ← σ(r + s), σ(z + u) ;  n ← tanh(a + r·q) ;  h ← (1 − z)·n + z·h
 *
 * One fused kernel where the backend has one and H is a multiple of 4, else composed of ordinary ops.
 *
 * @param x - inputs [T, B, I]
 * @param h0 - hidden state before the first step [B, H]
 * @param mask - 0 or 1 [T, B], float32
 * @param wx - input weights [I, 3H]
 * @param wh - recurrent weights [H, 3H]
 * @param bx - bias of the input sums [3H]
 * @param bh - bias of the state sums [3H]
 * @returns hidden state after each step [T, B, H]; the last is the state to go on with
 */
export function gruSequence(
  x: tf.Tensor3D,
  h0: tf.Tensor2D,
  mask: tf.Tensor2D,
  wx: tf.Tensor2D,
  wh: tf.Tensor2D,
  bx: tf.Tensor1D,
  bh: tf.Tensor1D,
): tf.Tensor3D {
  return tf.tidy(() => {
    if (h0.shape[1] % 4 !== 0 || !hasKernel(GRU_SEQUENCE)) {
      return gruSequenceComposite(x, h0, mask, wx, wh, bx, bh)
    }
    const inputs = { x, h0, mask, wx, wh, bx, bh }
    const [hs] = tf.engine().runKernel(GRU_SEQUENCE, inputs) as tf.Tensor[]
    return hs as tf.Tensor3D
  })
}
