import * as tf from '@tensorflow/tfjs-core'
import type { DenseActivation } from './index.ts'

/** Name of a backend's fused kernel: inputs x [N, I], w, b; attribute `activation`; output [N, O]. */
export const DENSE = 'Dense'

/** dy · activation′, from inputs dy and y (the activation's output). */
export const ACTIVATION_GRADIENT = 'ActivationGradient'

/** Sums of the columns of input x [N, O]: [O]. */
export const COLUMN_SUM = 'ColumnSum'

/** The gradient behind the activation is shared and made at once, the products only when asked for. */
export const denseGradient: tf.GradConfig = {
  kernelName: DENSE,
  inputsToSave: ['x', 'w'],
  outputsToSave: [true],
  gradFunc: (upstream, saved, attrs) => {
    const { activation } = attrs as { activation: DenseActivation }
    const [x, w, y] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]
    const dy = upstream as tf.Tensor2D
    const run = (name: string, inputs: tf.NamedTensorMap) =>
      tf.engine().runKernel(name, inputs, { activation }) as tf.Tensor2D
    const dz = activation === 'linear' ? dy : run(ACTIVATION_GRADIENT, { dy, y })
    return {
      x: () => tf.matMul(dz, w, false, true),
      w: () => tf.matMul(x, dz, true, false),
      b: () => run(COLUMN_SUM, { x: dz }),
    }
  },
}
