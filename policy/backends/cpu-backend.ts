import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import type { Backend } from './backend.ts'
import { registerGradients } from './gradients/index.ts'

/** Plain JavaScript, slow: the reference for tests and the last resort. Every op is composed. */
export async function startCpuBackend(): Promise<Backend> {
  tf.enableProdMode()
  registerGradients()
  await tf.setBackend('cpu')
  await tf.ready()
  return { name: 'cpu', kernels: 'composite', release: () => undefined }
}
