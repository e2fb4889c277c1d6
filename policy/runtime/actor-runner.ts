import type { ActorParameters } from '../networks/actor-parameters.ts'
import { checkActorParameters, checkSameShape } from '../networks/check-actor-parameters.ts'
import { createActorScratch, stepActorRow } from './actor-step.ts'

/** Steps the recurrent actor for a fixed number of environments; allocates nothing per step. */
export interface ActorRunner {
  readonly batch: number
  /** Recurrent state per environment: 2·hidden, h then c. Zeros begin an episode. */
  readonly stateSize: number
  /** Takes new parameters of the same shape (copied). */
  load(parameters: ActorParameters): void
  /**
   * @param observation - [batch, observation], as measured (the normaliser is inside)
   * @param state - [batch, stateSize], updated in place
   * @param outMean - receives [batch, action], not clipped
   */
  step(observation: Float32Array, state: Float32Array, outMean: Float32Array): void
}

export function createActorRunner(parameters: ActorParameters, batch: number): ActorRunner {
  return createReferenceRunner(parameters, batch)
}

/** The runner in plain TypeScript. */
export function createReferenceRunner(initial: ActorParameters, batch: number): ActorRunner {
  checkActorParameters(initial)
  const scratch = createActorScratch(initial.shape)
  let parameters = copyParameters(initial)
  return {
    batch,
    stateSize: 2 * initial.shape.hidden,
    load(next) {
      checkSameShape(parameters, next)
      parameters = copyParameters(next)
    },
    step(observation, state, outMean) {
      const arrays = { observation, state, outMean }
      for (let row = 0; row < batch; row++) stepActorRow(parameters, scratch, arrays, row)
    },
  }
}

function copyParameters(parameters: ActorParameters): ActorParameters {
  return structuredClone(parameters)
}
