import * as tf from '@tensorflow/tfjs-core'
import { ELEMENTWISE_GRADIENTS } from './elementwise.ts'
import { REDUCTION_GRADIENTS } from './reductions.ts'
import { SHAPE_GRADIENTS } from './shapes.ts'

/**
 * Teaches tfjs-core the gradients of the kernels that networks and losses use.
 *
 * The package ships its own only as browser modules that Node cannot load, and in the union package, which
 * comes with some backends and registers them unasked. These replace whatever is there, so that a backend's
 * results do not depend on what else was loaded.
 * Element-wise arithmetic, reductions, matMul, concat, split, slice, stack, gather, softmax; no convolutions.
 */
export function registerGradients(): void {
  for (const table of [ELEMENTWISE_GRADIENTS, REDUCTION_GRADIENTS, SHAPE_GRADIENTS]) {
    for (const gradient of table) {
      if (tf.getGradient(gradient.kernelName)) tf.unregisterGradient(gradient.kernelName)
      tf.registerGradient(gradient)
    }
  }
}
