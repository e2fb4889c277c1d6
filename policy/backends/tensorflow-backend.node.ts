import * as tf from '@tensorflow/tfjs-core'
import { isInstalled, loadOptional } from '../../configs/load/load-optional.node.ts'
import { lstmSequenceGradient } from '../ops/lstm-sequence/gradient.ts'
import { lstmSequenceTensorflow } from '../ops/lstm-sequence/tensorflow.ts'
import { registerOps } from '../ops/register-ops.ts'
import type { Backend } from './backend.ts'
import { registerGradients } from './gradients/index.ts'
import { TENSORFLOW_PACKAGES } from './optional-packages.ts'
import { backendMissing, requireBackend } from './require-backend.node.ts'
import type { TensorflowNode } from './tensorflow-node.ts'

/**
 * TensorFlow's own library by its Node binding, an optional package: threads of its own, wide vectors, or
 * a GPU. The LSTM is one op of the library; the rest is composed. Results are not bit for bit those of one
 * row alone, as the library chooses its kernels by size.
 */
export async function startTensorflowBackend(): Promise<Backend> {
  requireBackend('tensorflow')
  const name = TENSORFLOW_PACKAGES.find(isInstalled)!
  if (Number(process.versions.node.split('.')[0]) >= 23) {
    throw backendMissing(`${name} does not run on Node ${process.version}`, 'use Node 20 or 22')
  }
  tf.enableProdMode()
  // The library tells of its instruction sets at every start.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1'
  await loadOptional(name).catch((cause: unknown) => {
    throw backendMissing(`${name} is installed and could not be loaded`, undefined, cause)
  })
  if (!(await tf.setBackend('tensorflow'))) throw backendMissing(`${name} registered no backend`)
  registerGradients()
  const release = registerOps({
    backendName: 'tensorflow',
    kernels: lstmSequenceTensorflow(tf.backend() as unknown as TensorflowNode),
    gradients: [lstmSequenceGradient],
  })
  return { name: 'tensorflow', kernels: 'native', release }
}
