import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { isInstalled } from '../../configs/load/load-optional.node.ts'
import type { Backend } from '../../policy/backends/backend.ts'
import { startCpuBackend } from '../../policy/backends/cpu-backend.ts'
import { TENSORFLOW_PACKAGES } from '../../policy/backends/optional-packages.ts'
import { startTensorflowBackend } from '../../policy/backends/tensorflow-backend.node.ts'
import { startWasmBackend } from '../../policy/backends/wasm-backend.node.ts'
import { startWebgpuBackend } from '../../policy/backends/webgpu-backend.node.ts'
import { canTryWebgpu } from '../policy/backends/emulated-gpu.ts'

export interface Listed {
  readonly shape: number[]
  readonly values: number[]
}

interface Golden {
  readonly lstm: Record<string, Listed>
  readonly adam: {
    readonly learningRate: number
    readonly maxNorm: number
    readonly start: Listed[]
    readonly steps: { gradients: Listed[]; norm: number; parameters: Listed[] }[]
  }
}

/** From PyTorch in double precision; see tests/golden/lstm_golden.py. */
export const GOLDEN = JSON.parse(
  readFileSync(new URL('../golden/lstm.golden.json', import.meta.url), 'utf8'),
) as Golden

export const tensorOf = <T extends tf.Tensor>({ shape, values }: Listed) =>
  tf.tensor(values, shape) as T

/** Largest difference relative to the largest expected magnitude. */
export async function relativeError(
  found: tf.Tensor,
  expected: ArrayLike<number>,
): Promise<number> {
  const values = await found.data()
  expect(values.length).toBe(expected.length)
  let error = 0
  let scale = 1e-30
  for (let i = 0; i < expected.length; i++) {
    error = Math.max(error, Math.abs(values[i]! - expected[i]!))
    scale = Math.max(scale, Math.abs(expected[i]!))
  }
  return error / scale
}

/** A backend as the suites run on it. */
export interface TestedBackend {
  readonly name: string
  readonly start: () => Promise<Backend>
  /** Libraries of others choose their kernels by the size of the batch. */
  readonly isRowInvariant: boolean
}

const isTensorflowThere = TENSORFLOW_PACKAGES.some(isInstalled)
const isWebgpuThere = await canTryWebgpu()

const BACKENDS: readonly TestedBackend[] = [
  { name: 'cpu, composite', start: startCpuBackend, isRowInvariant: true },
  {
    name: 'wasm, composite',
    start: () => startWasmBackend({ kernels: 'composite' }),
    isRowInvariant: true,
  },
  {
    name: 'wasm, plain SIMD',
    start: () => startWasmBackend({ kernels: 'simd' }),
    isRowInvariant: true,
  },
  {
    name: 'wasm, relaxed SIMD',
    start: () => startWasmBackend({ kernels: 'relaxed-simd' }),
    isRowInvariant: true,
  },
  { name: 'wasm, fastest', start: () => startWasmBackend(), isRowInvariant: true },
  // Loaded after the others: its package replaces gradients of TensorFlow.js by its own.
  ...(isTensorflowThere
    ? [{ name: 'tensorflow', start: startTensorflowBackend, isRowInvariant: false }]
    : []),
  ...(isWebgpuThere ? [{ name: 'webgpu', start: startWebgpuBackend, isRowInvariant: false }] : []),
]

/** Optional packages: say what is not tried. */
for (const [name, isThere] of Object.entries({
  tensorflow: isTensorflowThere,
  webgpu: isWebgpuThere,
})) {
  if (!isThere)
    console.log(`not tested: the ${name} backend, which this machine has not: see sim2arm doctor`)
}

/** Runs a suite on every backend and build of the kernels, and sees that no tensor is left behind. */
export function describeOnBackends(name: string, suite: (backend: TestedBackend) => void): void {
  describe.each(BACKENDS)(`${name} ($name)`, (tested) => {
    let backend: Backend
    let tensorsBefore = 0

    beforeAll(async () => {
      backend = await tested.start()
      tensorsBefore = tf.memory().numTensors
    })

    afterAll(() => {
      expect(tf.memory().numTensors).toBe(tensorsBefore)
      backend.release()
    })

    suite(tested)
  })
}

/** A test body in a scope of tensors, so that only real leaks are left at the end. */
export const tidily = (body: () => Promise<void>) => async () => {
  tf.engine().startScope()
  try {
    await body()
  } finally {
    tf.engine().endScope()
  }
}
