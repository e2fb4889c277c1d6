import type { Backend, BackendName } from './backend.ts'
import { startWasmBackend } from './wasm-backend.node.ts'

/** Backends that train; `cpu` is a reference for tests. */
export const TRAINING_BACKENDS = ['wasm', 'tensorflow', 'webgpu'] as const

export type TrainingBackend = Extract<BackendName, (typeof TRAINING_BACKENDS)[number]>

/**
 * Starts a backend and makes it the current one. What needs an optional package is loaded only when asked
 * for. Throws POLICY_BACKEND_MISSING with the way to get it.
 */
export async function startBackend(name: TrainingBackend): Promise<Backend> {
  switch (name) {
    case 'wasm':
      return startWasmBackend()
    case 'tensorflow': {
      const { startTensorflowBackend } = await import('./tensorflow-backend.node.ts')
      return startTensorflowBackend()
    }
    case 'webgpu': {
      const { startWebgpuBackend } = await import('./webgpu-backend.node.ts')
      return startWebgpuBackend()
    }
  }
}
