import type { EvaluatedActor } from '../../policy/evaluate/actor-in-env.ts'
import type { EpisodeOutcome } from '../../policy/evaluate/episode-runner.ts'
import { type EvaluationMoment, playVecEnv } from '../../policy/evaluate/evaluate-vec-env.ts'
import { loadRandomization } from '../../sim/randomization/load-randomization.node.ts'
import type { Randomization } from '../../sim/randomization/randomization.schema.ts'
import { createTaskEnv, engineConfig } from '../../sim/world/create-task-env.ts'
import type { TaskEnv } from '../../sim/world/task-env.ts'
import type { Stepper } from './sources.ts'
import type { TaskActor } from './task-actor.ts'

const MAX_ARMS = 128
/** Scripts draw nothing. */
const SCRIPT_SEED = 0

export interface SimulationEvaluation {
  readonly world: 'rapier' | 'mujoco'
  /** Name or path of a randomization. */
  readonly randomization: string
  readonly episodes: number
  readonly seed: number
  /** Encoders and object sensors without error or delay. */
  readonly hasPerfectSensing?: boolean
  /** MuJoCo's own steps in each step of the world, default those of every evaluation. */
  readonly substeps?: number | undefined
  readonly onProgress?: (episodesDone: number) => void
  /** Ends it. */
  readonly signal?: AbortSignal | undefined
  /** Opens somebody's eyes on the arms, for whom every step waits. */
  readonly watch?: Watch
}

type Watch = (env: TaskEnv) => Promise<(moment: EvaluationMoment) => Promise<void>>

/**
 * Plays held-out draws in simulation; the same seed gives the same draws in both engines. Rejects with the signal's
 * reason when it aborts.
 */
export async function playInSimulation(
  actor: TaskActor,
  options: SimulationEvaluation,
): Promise<EpisodeOutcome[]> {
  const { world, episodes, seed, hasPerfectSensing = false, substeps, signal } = options
  const randomization = loadRandomization(options.randomization)
  const numEnvs = Math.min(MAX_ARMS, episodes)
  const env = await createSimulation(actor, {
    ...{ world, randomization, hasPerfectSensing, numEnvs, substeps },
  })
  try {
    return await playVecEnv(actorInSimulation(actor), env, {
      ...{ episodes, seed, width: 1, signal },
      ...(options.onProgress && { onProgress: options.onProgress }),
      look: await options.watch?.(env),
    })
  } finally {
    env.dispose()
  }
}

/** Both look on. */
export function watchBoth(a: Watch, b: Watch | undefined): Watch {
  if (b === undefined) return a
  return async (env: TaskEnv) => {
    const looks = [await a(env), await b(env)]
    return async (moment) => {
      for (const look of looks) await look(moment)
    }
  }
}

export interface SimulationOptions {
  readonly world: 'rapier' | 'mujoco'
  readonly randomization: Randomization
  readonly numEnvs: number
  readonly hasPerfectSensing?: boolean
  /** As in `SimulationEvaluation`. */
  readonly substeps?: number | undefined
}

/** The world that an actor's task is simulated in. The caller disposes it. */
export function createSimulation(
  { arm, task, createTeacher, definition }: TaskActor,
  options: SimulationOptions,
): Promise<TaskEnv> {
  const { world, randomization, numEnvs, hasPerfectSensing = false, substeps } = options
  const engine = engineConfig({ kind: world, ...(substeps !== undefined && { substeps }) })
  return createTaskEnv(
    { arm, task, randomization, engine, hasPerfectSensing },
    { numEnvs, createTeacher, definition },
  )
}

/** How an actor acts in every arm of a simulation. */
export function actorInSimulation(actor: TaskActor): EvaluatedActor {
  if (actor.file !== undefined) return { kind: 'policy', parameters: actor.file.parameters }
  if (actor.kind !== 'scripted') return { kind: actor.kind as 'teacher' | 'random' | 'still' }
  let scripts: { readonly stepper: Stepper; readonly state: Float32Array }[] = []
  return {
    kind: 'scripted',
    begin() {
      scripts = []
    },
    act(env, index, out) {
      scripts[index] ??= scriptOf(actor)
      const { stepper, state } = scripts[index]
      const size = env.observationSize
      stepper.step(env.observation.subarray(index * size, (index + 1) * size), state, out)
    },
  }
}

function scriptOf(actor: TaskActor) {
  const stepper = actor.createStepper(SCRIPT_SEED)
  return { stepper, state: new Float32Array(stepper.stateSize) }
}
