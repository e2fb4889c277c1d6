import { CodedError } from '../../configs/load/coded-error.ts'
import { type Readout, readOut } from '../../policy/evaluate/readout.ts'
import { type AttemptSummary, playTrials, summariseAttempts } from '../../policy/evaluate/trials.ts'
import { stateSize } from '../../policy/networks/actor-parameters.ts'
import { loadRandomization } from '../../sim/randomization/load-randomization.node.ts'
import type { ParameterName } from '../../sim/randomization/parameters.ts'
import { actorInSimulation, createSimulation } from './evaluate-simulation.ts'
import type { TaskActor } from './task-actor.ts'

const MAX_ARMS = 128

/** What is told apart by friction, mass, servo and delay; an arm's or task's randomization may lack some. */
const READ_PARAMETERS = [
  'objectFrictionTable',
  'objectFrictionTip',
  'objectMassKg',
  'stiffness',
  'commandDelayS',
  'objectDelayS',
] as const satisfies readonly ParameterName[]

export interface MemoryEvaluation {
  readonly world: 'rapier' | 'mujoco'
  /** Name or path of a randomization. */
  readonly randomization: string
  readonly episodes: number
  readonly seed: number
  /** Encoders and object sensors without error or delay. */
  readonly hasPerfectSensing?: boolean
  readonly onProgress?: (episodesDone: number) => void
  /** Ends it: both reject with its reason when it aborts. */
  readonly signal?: AbortSignal | undefined
}

export interface TrialResult {
  readonly trials: number
  readonly isStateReset: boolean
  readonly thresholdM: number
  readonly attempts: readonly AttemptSummary[]
}

/** Plays trials of several goals in one draw of physics each. */
export async function evaluateTrials(
  actor: TaskActor,
  options: MemoryEvaluation & { readonly goals: number; readonly isStateReset: boolean },
): Promise<TrialResult> {
  const { episodes: trials, goals, isStateReset, seed, onProgress, signal } = options
  const { mainThresholdM: thresholdM } = actor.task.success
  const env = await createEnv(actor, options)
  try {
    const wanted = { trials, goals, isStateReset, seed, thresholdM, width: 1, signal }
    const attempts = await playTrials(actorInSimulation(actor), env, {
      ...wanted,
      ...(onProgress && { onProgress }),
    })
    const stepS = 1 / actor.onArm.control.policyRateHz
    const summary = summariseAttempts(attempts, { goals, stepS })
    return { trials, isStateReset, thresholdM, attempts: summary }
  } finally {
    env.dispose()
  }
}

export interface ReadoutResult {
  readonly episodes: number
  /** When it is read, since the beginning [s]. */
  readonly atS: readonly number[]
  readonly parameters: readonly Readout[]
}

/** How well the recurrent state tells the true physics, by a linear map judged on held-out episodes. */
export async function evaluateReadout(
  actor: TaskActor,
  options: MemoryEvaluation,
): Promise<ReadoutResult> {
  const { episodes, seed, onProgress, signal } = options
  if (actor.file === undefined || stateSize(actor.file.parameters.shape) === 0) {
    throw new CodedError('BRIDGE_USAGE', `${actor.name} has no recurrent state to read`, {
      hint: 'name a policy with a memory',
    })
  }
  const env = await createEnv(actor, options)
  try {
    const stepS = 1 / actor.onArm.control.policyRateHz
    const shares = [0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1]
    const atSteps = [...new Set(shares.map((share) => Math.round(share * env.episodeSteps)))]
    const parameters = await readOut(actor.file.parameters, env, {
      episodes,
      seed,
      atSteps,
      names: READ_PARAMETERS,
      signal,
      readTruth: (arm, out) => {
        const { values } = env.arms[arm]!.draw
        for (const [k, name] of READ_PARAMETERS.entries()) out[k] = values[name][0] ?? 0
      },
      ...(onProgress && { onProgress }),
    })
    return { episodes, atS: atSteps.map((step) => step * stepS), parameters }
  } finally {
    env.dispose()
  }
}

function createEnv(actor: TaskActor, options: MemoryEvaluation) {
  const { world, episodes, hasPerfectSensing = false } = options
  const randomization = loadRandomization(options.randomization)
  const numEnvs = Math.min(MAX_ARMS, episodes)
  return createSimulation(actor, { world, randomization, hasPerfectSensing, numEnvs })
}
