import * as tf from '@tensorflow/tfjs-core'
import { CodedError } from '../../configs/load/coded-error.ts'
import { loadOptional } from '../../configs/load/load-optional.node.ts'
import { gruSequenceGradient } from '../ops/gru-sequence/gradient.ts'
import { gruSequenceWebgpu } from '../ops/gru-sequence/webgpu.ts'
import { lstmSequenceGradient } from '../ops/lstm-sequence/gradient.ts'
import { lstmSequenceWebgpu } from '../ops/lstm-sequence/webgpu.ts'
import { registerOps } from '../ops/register-ops.ts'
import type { Backend } from './backend.ts'
import { registerGradients } from './gradients/index.ts'
import { backendMissing, requireBackend } from './require-backend.node.ts'
import type { WebgpuBackend } from './webgpu-program.ts'

/** The part of WebGPU used here. */
interface Gpu {
  requestAdapter(): Promise<{ readonly info: AdapterInfo } | null>
}

interface AdapterInfo {
  readonly architecture: string
  readonly description: string
  readonly isFallbackAdapter?: boolean
}

interface Dawn {
  create(options: readonly string[]): Gpu
  readonly globals: object
}

/**
 * TensorFlow.js on a GPU, by two optional packages. The recurrent sequences are compute shaders of our own,
 * one dispatch forward and one backward. Without a GPU it runs on one that the processor emulates, where
 * there is such a driver: for tests.
 */
export async function startWebgpuBackend(): Promise<Backend> {
  requireBackend('webgpu')
  tf.enableProdMode()
  const info = await openGpu()
  await loadOptional('@tensorflow/tfjs-backend-webgpu')
  if (!(await tf.setBackend('webgpu'))) throw missing('TensorFlow.js could not start on WebGPU')
  registerGradients()
  const backend = tf.backend() as unknown as WebgpuBackend
  backend.device.addEventListener('uncapturederror', ({ error }) => failLoudly(error.message))
  const release = registerOps({
    backendName: 'webgpu',
    kernels: { ...lstmSequenceWebgpu(backend), ...gruSequenceWebgpu(backend) },
    gradients: [lstmSequenceGradient, gruSequenceGradient],
  })
  const isSoftware =
    info.isFallbackAdapter === true || /swiftshader|llvmpipe/i.test(Object.values(info).join())
  return { name: 'webgpu', kernels: 'native', isSoftware, release }
}

/** A GPU reports mistakes later and elsewhere, and goes on with zeros: nobody may learn from those. */
function failLoudly(reason: string): void {
  setImmediate(() => {
    throw new CodedError('POLICY_TRAINING_FAILED', `the GPU refused a command: ${reason}`, {
      hint: '--resume goes on from the last checkpoint; --backend wasm does without a GPU',
    })
  })
}

/** Whether there is a GPU, be it emulated. The packages must be installed. */
export async function hasGpu(): Promise<boolean> {
  return openGpu().then(
    () => true,
    () => false,
  )
}

/** Gives this process `navigator.gpu`, once, and says what it is. */
async function openGpu(): Promise<{ [name: string]: unknown } & AdapterInfo> {
  const host = globalThis as { navigator?: { gpu?: Gpu } }
  if (host.navigator?.gpu === undefined) {
    const { create, globals } = await loadOptional<Dawn>('webgpu').catch((cause: unknown) => {
      throw missing('webgpu is installed and could not be loaded', undefined, cause)
    })
    Object.assign(globalThis, globals)
    const navigator = host.navigator ?? {}
    Object.defineProperty(navigator, 'gpu', { value: create([]), configurable: true })
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true })
  }
  const adapter = await host.navigator?.gpu?.requestAdapter()
  if (!adapter) {
    const hint = 'install a Vulkan driver for your GPU, or --backend wasm'
    throw missing('expected a GPU with a Vulkan, Metal or Direct3D driver, found none', hint)
  }
  const { architecture, description, isFallbackAdapter = false } = adapter.info
  return { architecture, description, isFallbackAdapter }
}

function missing(message: string, hint = 'take --backend wasm', cause?: unknown): CodedError {
  return backendMissing(message, hint, cause)
}
