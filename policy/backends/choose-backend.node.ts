import { fork } from 'node:child_process'
import { isInstalled } from '../../configs/load/load-optional.node.ts'
import { TENSORFLOW_PACKAGES, WEBGPU_PACKAGES } from './optional-packages.ts'
import type { TrainingBackend } from './start-backend.node.ts'
import type { UpdateSizes } from './update-workload.ts'

/** For all candidates together [s]. */
const MEASURE_S = 2
/** Beyond it a candidate that does not answer is given up [s]. */
const PATIENCE_S = 60

export interface BackendChoice {
  readonly name: TrainingBackend
  /** For the user: what was measured, or why nothing was. */
  readonly reason: string
}

/** What a candidate's process answers: the best time of an update, or why there is none. */
export type Measured = { readonly updateS: number } | { readonly failure: string }

/**
 * The fastest backend of this machine for updates of these sizes. Each candidate runs in a process of its
 * own, so that none leaves anything behind in this one. Runs from `dist/` only.
 */
export async function chooseBackend(sizes: UpdateSizes): Promise<BackendChoice> {
  const candidates: TrainingBackend[] = ['wasm']
  if (TENSORFLOW_PACKAGES.some(isInstalled)) candidates.push('tensorflow')
  if (WEBGPU_PACKAGES.every(isInstalled)) candidates.push('webgpu')
  if (candidates.length === 1) {
    return { name: 'wasm', reason: 'no other backend is installed' }
  }
  const results: [TrainingBackend, Measured][] = []
  for (const name of candidates) {
    results.push([name, await measure(name, sizes, MEASURE_S / candidates.length)])
  }
  return pickFastest(results)
}

/** The fastest of what was measured; `wasm` when nothing could be. */
export function pickFastest(results: readonly (readonly [TrainingBackend, Measured])[]) {
  const timeOf = (result: Measured) => ('updateS' in result ? result.updateS : Infinity)
  const ranked = [...results].sort(([, a], [, b]) => timeOf(a) - timeOf(b))
  const name = ranked.find(([, result]) => 'updateS' in result)?.[0] ?? 'wasm'
  const told = ranked.map(([each, result]) =>
    'updateS' in result
      ? `${each} ${(1e3 * result.updateS).toFixed(1)} ms an update`
      : `${each} not usable (${result.failure})`,
  )
  return { name, reason: told.join(', ') }
}

function measure(name: TrainingBackend, sizes: UpdateSizes, seconds: number): Promise<Measured> {
  const file = new URL('./measure-backend.node.js', import.meta.url)
  const child = fork(file, [JSON.stringify({ name, sizes, seconds })], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => child.kill('SIGKILL'), 1e3 * PATIENCE_S)
    child.once('message', (answer) => resolve(answer as Measured))
    child.once('error', (error) => resolve({ failure: error.message }))
    child.once('exit', (code, signal) => {
      clearTimeout(giveUp)
      resolve({ failure: `its process ended with ${signal ?? code}` })
    })
  })
}
