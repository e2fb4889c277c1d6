import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { PpoConfig } from '../algorithms/ppo.schema.ts'
import type { Backend } from '../backends/backend.ts'
import { chooseBackend } from '../backends/choose-backend.node.ts'
import { TRAINING_BACKENDS, type TrainingBackend } from '../backends/start-backend.node.ts'
import type { ActorCriticShapes } from '../networks/actor-critic.ts'
import type { LearningProblem } from './learnability.ts'
import type { MinibatchShape } from './minibatch.ts'

/** What a run computes on, and why. */
export interface RunBackend {
  readonly name: TrainingBackend
  readonly reason: string
  /** That a resumed run began with. */
  readonly kernels?: string | undefined
}

interface Asked {
  readonly outDir: string
  readonly resume?: boolean | undefined
  readonly backend?: TrainingBackend | 'auto' | undefined
}

interface Workload {
  readonly minibatch: MinibatchShape
  readonly config: PpoConfig
  readonly shapes: ActorCriticShapes
}

/** A resumed run keeps its backend; `auto` measures; else it is what was asked for. */
export async function chooseRunBackend(
  { outDir, resume, backend = 'wasm' }: Asked,
  workload: Workload | undefined,
): Promise<RunBackend> {
  if (resume) return readRunBackend(outDir)
  if (backend !== 'auto') return { name: backend, reason: 'asked for' }
  if (workload === undefined) return { name: 'wasm', reason: 'only ppo is measured on others' }
  const { minibatch, config, shapes } = workload
  const { steps, batch, observation, critic, action } = minibatch
  const sizes = { steps, batch, observation, critic, action }
  const { criticHidden } = config.network
  return chooseBackend({ ...sizes, actorHidden: shapes.actor.hidden, criticHidden })
}

/** Runs of before there was a choice are on `wasm`. */
function readRunBackend(outDir: string): RunBackend {
  const text = readFileSync(join(outDir, 'config.yaml'), 'utf8')
  const { backend } = parse(text) as { backend?: { name?: string; kernels?: string } }
  const name = TRAINING_BACKENDS.find((each) => each === backend?.name) ?? 'wasm'
  return { name, reason: 'the run began on it', kernels: backend?.kernels }
}

/** What a user should know who goes on with a run elsewhere. */
export function warningsOf({ kernels }: RunBackend, backend: Backend): LearningProblem[] {
  if (kernels === undefined || kernels === backend.kernels) return []
  const message = `the run began on ${kernels} kernels and goes on with ${backend.kernels}`
  return [{ message, hint: 'its last digits will differ from those of an unbroken run' }]
}
