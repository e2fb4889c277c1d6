import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { isInstalled } from '../../configs/load/load-optional.node.ts'
import { trainJob } from '../../dist/policy/learning/train.node.js'
import { TENSORFLOW_PACKAGES, WEBGPU_PACKAGES } from '../../policy/backends/optional-packages.ts'
import type { TrainPolicyOptions } from '../../policy/learning/train.node.ts'
import { SMALL_PPO } from '../policy/algorithms/small-ppo.ts'
import { canTryWebgpu } from '../policy/backends/emulated-gpu.ts'
import { RECALL_JOB } from './recall-job.ts'

const isWebgpuThere = await canTryWebgpu()
/** Emulated GPUs are slow: few gradients an update. */
const JOB = { ...RECALL_JOB, algorithm: { ...SMALL_PPO, epochs: 1 } }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-train-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Trains for some updates. @returns the result, the updates' figures and what the config says of the backend */
async function trainOn(backend: TrainPolicyOptions['backend'], updates: number) {
  const abort = new AbortController()
  const outDir = join(folder, backend!)
  const figures: Record<string, number>[] = []
  const result = await trainJob(JOB, {
    ...{ outDir, backend, signal: abort.signal },
    onEvent: (event) => {
      if (event.kind !== 'update') return
      if (figures.push({ ...event.figures }) >= updates) abort.abort()
    },
  })
  const config = parse(readFileSync(join(outDir, 'config.yaml'), 'utf8')) as { backend: unknown }
  return { result, figures, written: config.backend }
}

describe('the backend of a training run', () => {
  it('is measured when it is left open, and the choice and its reason are in the config', async () => {
    const { result, written } = await trainOn('auto', 1)
    const { backend, kernels, products, backendReason } = result
    expect(written).toEqual({ name: backend, kernels, products, reason: backendReason })
    if (TENSORFLOW_PACKAGES.some(isInstalled) || WEBGPU_PACKAGES.every(isInstalled)) {
      expect(backendReason).toMatch(/wasm [\d.]+ ms an update/)
      expect(backendReason).toMatch(new RegExp(`^${backend} [\\d.]+ ms`))
    } else {
      expect(backendReason).toBe('no other backend is installed')
    }
  })

  it.skipIf(!isWebgpuThere)('makes no difference to what is learnt: WebGPU', async () => {
    const expected = await trainOn('wasm', 2)
    const found = await trainOn('webgpu', 2)
    expect(found.result.backend).toBe('webgpu')
    for (const [k, figures] of expected.figures.entries()) {
      const close = Object.entries(figures).map(([name, value]) => {
        return [name, expect.closeTo(value, 4)]
      })
      expect(found.figures[k]).toEqual(Object.fromEntries(close))
    }
  })
})
