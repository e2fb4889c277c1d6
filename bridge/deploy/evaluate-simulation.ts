import type { EvaluatedActor } from '../../policy/evaluate/actor-in-env.ts'
import type { EpisodeOutcome } from '../../policy/evaluate/episode-runner.ts'
import { playVecEnv } from '../../policy/evaluate/evaluate-vec-env.ts'
import { clipActions } from '../../policy/runtime/policy.ts'
import { loadRandomization } from '../../sim/randomization/load-randomization.node.ts'
import { createTaskEnv, engineConfig } from '../../sim/world/create-task-env.ts'
import type { TaskEnv } from '../../sim/world/task-env.ts'
import type { Stepper } from './sources.ts'
import type { TaskActor } from './task-actor.ts'

const MAX_ARMS = 128

export interface SimulationEvaluation {
  readonly world: 'rapier' | 'mujoco'
  /** Name or path of a randomization. */
  readonly randomization: string
  readonly episodes: number
  readonly seed: number
  /** Encoders and object sensors without error or delay. */
  readonly hasPerfectSensing?: boolean
  readonly onProgress?: (episodesDone: number) => void
}

/** Plays held-out draws in simulation; the same seed gives the same draws in both engines. */
export async function playInSimulation(
  actor: TaskActor,
  options: SimulationEvaluation,
): Promise<EpisodeOutcome[]> {
  const { world, episodes, seed } = options
  const env = await createTaskEnv(
    {
      arm: actor.arm,
      task: actor.task,
      randomization: loadRandomization(options.randomization),
      engine: engineConfig(world),
      ...(options.hasPerfectSensing && { hasPerfectSensing: true }),
    },
    { numEnvs: Math.min(MAX_ARMS, episodes), definition: actor.definition },
  )
  try {
    return playVecEnv(actorInSimulation(actor, env, seed), env, {
      episodes,
      seed,
      width: 1,
      ...(options.onProgress && { onProgress: options.onProgress }),
    })
  } finally {
    env.dispose()
  }
}

function actorInSimulation(actor: TaskActor, env: TaskEnv, seed: number): EvaluatedActor {
  if (actor.file !== undefined) return { kind: 'policy', parameters: actor.file.parameters }
  if (actor.kind !== 'scripted') return { kind: actor.kind as 'random' | 'still' }
  const steppers = Array.from({ length: env.numEnvs }, (_, k) => scripted(actor, seed + k))
  return {
    kind: 'scripted',
    act(_env, index, out) {
      const stepper = steppers[index]!
      stepper.act(env, index, out)
    },
  }
}

/** A stepper per arm, anew whenever the environment's episode time starts over. */
function scripted(actor: TaskActor, seed: number) {
  let stepper: Stepper = actor.createStepper(seed)
  const state = new Float32Array(stepper.stateSize)
  let lastTime = Number.POSITIVE_INFINITY
  return {
    act(env: TaskEnv, index: number, out: Float32Array): void {
      const time = env.episodeTimeS
      if (time < lastTime) {
        stepper = actor.createStepper(seed)
        state.fill(0)
      }
      lastTime = time
      const size = env.observationSize
      stepper.step(env.observation.subarray(index * size, (index + 1) * size), state, out)
      clipActions(out)
    },
  }
}
