import * as tf from '@tensorflow/tfjs-core'

/**
 * Name of a backend's fused kernel: inputs are prediction and experience by name, attributes the options;
 * outputs loss, figures, and the loss's gradients in mean, logStd and values.
 */
export const PPO_LOSS = 'PpoLoss'

/** The kernel worked the gradients out; what comes from above scales them. */
export const ppoLossGradient: tf.GradConfig = {
  kernelName: PPO_LOSS,
  inputsToSave: ['action', 'logProb'],
  outputsToSave: [false, false, true, true, true],
  gradFunc: (upstream, saved) => {
    const [dLoss] = upstream as tf.Tensor[]
    const [action, row, dMean, dLogStd, dValues] = saved as tf.Tensor[]
    return {
      mean: () => tf.mul(dMean!, dLoss!),
      logStd: () => tf.mul(dLogStd!, dLoss!),
      values: () => tf.mul(dValues!, dLoss!),
      action: () => tf.zerosLike(action!),
      logProb: () => tf.zerosLike(row!),
      advantage: () => tf.zerosLike(row!),
      target: () => tf.zerosLike(row!),
    }
  },
}
