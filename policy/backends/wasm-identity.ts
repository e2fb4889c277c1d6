import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { replaceKernel } from './replace-kernel.ts'

/**
 * Makes clones share their data, counted, as every other backend does. The published kernel copies, and
 * each tensor that a gradient needs is cloned on the way forward. @returns puts the original back
 */
export function installIdentity(): () => void {
  return replaceKernel(tf.getKernel(tf.Identity, 'wasm'), ({ inputs, backend }) => {
    const { x } = inputs as { x: tf.TensorInfo }
    ;(backend as BackendWasm).incRef(x.dataId)
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
  })
}
