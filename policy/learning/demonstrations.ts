import type { ActorParameters } from '../networks/actor-parameters.ts'
import { createActorRunner } from '../runtime/actor-runner.ts'

/** One episode that somebody played. */
export interface Demonstration {
  /** As measured [steps, observation]. */
  readonly observation: Float32Array
  /** In -1..1 [steps, action]. */
  readonly action: Float32Array
  /** 1 for what is to be learnt, 0 for what only leads up to it [steps]; left out: all of it is. */
  readonly weight?: Float32Array
}

/** Episodes side by side, filled up to one length; rows [steps, numEnvs, …]. */
export interface Demonstrations {
  readonly steps: number
  readonly numEnvs: number
  /** As measured; behind an episode's end its last one. */
  readonly observation: Float32Array
  readonly label: Float32Array
  /** 0 behind an episode's end and for what is not to be learnt, else 1. */
  readonly weight: Float32Array
}

export interface DemonstrationSizes {
  readonly observation: number
  readonly action: number
  /** The common length is a multiple of this. */
  readonly chunkSteps: number
}

/** @param episodes - at least one, each at least one step long */
export function joinDemonstrations(
  episodes: readonly Demonstration[],
  sizes: DemonstrationSizes,
): Demonstrations {
  const lengths = episodes.map(({ action }) => action.length / sizes.action)
  const steps = Math.ceil(Math.max(...lengths) / sizes.chunkSteps) * sizes.chunkSteps
  const numEnvs = episodes.length
  const observation = new Float32Array(steps * numEnvs * sizes.observation)
  const label = new Float32Array(steps * numEnvs * sizes.action)
  const weight = new Float32Array(steps * numEnvs)
  for (const [env, episode] of episodes.entries()) {
    for (let t = 0; t < steps; t++) {
      const from = Math.min(t, lengths[env]! - 1)
      const row = t * numEnvs + env
      copyRow(episode.observation, from, sizes.observation, observation, row)
      copyRow(episode.action, from, sizes.action, label, row)
      weight[row] = t < lengths[env]! ? (episode.weight?.[t] ?? 1) : 0
    }
  }
  return { steps, numEnvs, observation, label, weight }
}

/** Recurrent states that an actor has on the way through episodes that it did not play. */
export function playStates(
  actor: ActorParameters,
  { steps, numEnvs, observation }: Demonstrations,
  chunkSteps: number,
): { keepState: Float32Array; chunkState: Float32Array } {
  const runner = createActorRunner(actor, numEnvs)
  const state = new Float32Array(numEnvs * runner.stateSize)
  const chunkState = new Float32Array((steps / chunkSteps) * state.length)
  const mean = new Float32Array(numEnvs * actor.shape.action)
  const width = numEnvs * actor.shape.observation
  for (let t = 0; t < steps; t++) {
    if (t % chunkSteps === 0) chunkState.set(state, (t / chunkSteps) * state.length)
    runner.step(observation.subarray(t * width, (t + 1) * width), state, mean)
  }
  return { keepState: new Float32Array(steps * numEnvs).fill(1), chunkState }
}

function copyRow(
  rows: Float32Array,
  from: number,
  width: number,
  out: Float32Array,
  to: number,
): void {
  for (let k = 0; k < width; k++) out[to * width + k] = rows[from * width + k]!
}
