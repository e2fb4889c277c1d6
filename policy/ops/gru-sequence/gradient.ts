import * as tf from '@tensorflow/tfjs-core'

/**
 * Name of a backend's fused kernel: inputs x, h0, mask, wx, wh, bx, bh; outputs hs and a tape, a tensor
 * that only the gradient kernel reads.
 */
export const GRU_SEQUENCE = 'GruSequence'

/** Its gradient: inputs dhs, x, mask, wx, wh, tape; outputs dx, dwx, dwh, dbx, dbh, dh0. */
export const GRU_SEQUENCE_GRADIENT = 'GruSequenceGradient'

/** As for the LSTM, one kernel gives all gradients and runs at once. */
export const gruSequenceGradient: tf.GradConfig = {
  kernelName: GRU_SEQUENCE,
  inputsToSave: ['x', 'mask', 'wx', 'wh'],
  outputsToSave: [false, true],
  gradFunc: (upstream, saved) => {
    const [dhs] = upstream as [tf.Tensor]
    const [x, mask, wx, wh, tape] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    const [dx, dwx, dwh, dbx, dbh, dh0] = tf
      .engine()
      .runKernel(GRU_SEQUENCE_GRADIENT, { dhs, x, mask, wx, wh, tape }) as tf.Tensor[]
    return {
      x: () => dx!,
      wx: () => dwx!,
      wh: () => dwh!,
      bx: () => dbx!,
      bh: () => dbh!,
      h0: () => dh0!,
      mask: () => tf.zerosLike(mask),
    }
  },
}
