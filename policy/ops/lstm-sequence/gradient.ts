import * as tf from '@tensorflow/tfjs-core'

/**
 * Name of a backend's fused kernel: inputs x, h0, c0, mask, wx, wh, b; outputs hs, cT and a tape, tensors
 * that only the gradient kernel reads.
 */
export const LSTM_SEQUENCE = 'LstmSequence'

/** Its gradient: inputs dhs, dcT, x, mask, wx, wh, tape0, tape1, …; outputs dx, dwx, dwh, db, dh0, dc0. */
export const LSTM_SEQUENCE_GRADIENT = 'LstmSequenceGradient'

/** A tape has no more tensors than this. */
const MOST_TAPE = 1000

/**
 * All gradients come from one kernel, so it runs at once: the functions handed back are each called in a
 * tidy of their own, where a result shared among them would be disposed.
 */
export const lstmSequenceGradient: tf.GradConfig = {
  kernelName: LSTM_SEQUENCE,
  inputsToSave: ['x', 'mask', 'wx', 'wh'],
  outputsToSave: [false, false, ...Array<true>(MOST_TAPE).fill(true)],
  gradFunc: (upstream, saved) => {
    const [dhs, dcT] = upstream as [tf.Tensor, tf.Tensor]
    const [x, mask, wx, wh, ...tape] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    const inputs: tf.NamedTensorMap = { dhs, dcT, x, mask, wx, wh }
    for (const [k, tensor] of (tape as tf.Tensor[]).entries()) inputs[`tape${k}`] = tensor
    const [dx, dwx, dwh, db, dh0, dc0] = tf
      .engine()
      .runKernel(LSTM_SEQUENCE_GRADIENT, inputs) as tf.Tensor[]
    return {
      x: () => dx!,
      wx: () => dwx!,
      wh: () => dwh!,
      b: () => db!,
      h0: () => dh0!,
      c0: () => dc0!,
      mask: () => tf.zerosLike(mask),
    }
  },
}
