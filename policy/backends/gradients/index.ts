import * as tf from '@tensorflow/tfjs-core'
import { ELEMENTWISE_GRADIENTS } from './elementwise.ts'
import { REDUCTION_GRADIENTS } from './reductions.ts'
import { SHAPE_GRADIENTS } from './shapes.ts'

/**
 * Teaches tfjs-core the gradients of the kernels that networks and losses use.
 *
 * The package ships its own only as browser modules that Node cannot load (and in the union package),
 * so these stand in, idempotently: a gradient that is already registered is left as it is.
 * Element-wise arithmetic, reductions, matMul, concat, split, slice, stack, gather, softmax; no convolutions.
 */
export function registerGradients(): void {
  for (const table of [ELEMENTWISE_GRADIENTS, REDUCTION_GRADIENTS, SHAPE_GRADIENTS]) {
    for (const gradient of table) {
      if (tf.getGradient(gradient.kernelName) === undefined) tf.registerGradient(gradient)
    }
  }
}
