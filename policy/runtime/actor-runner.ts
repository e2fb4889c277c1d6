import { CodedError } from '../../configs/load/coded-error.ts'
import {
  ACTOR_TENSORS,
  type ActorParameters,
  actorTensorShapes,
} from '../networks/actor-parameters.ts'
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

/** Throws POLICY_MISMATCH when a tensor has not the size its shape asks for. */
export function checkActorParameters(parameters: ActorParameters): void {
  const shapes = actorTensorShapes(parameters.shape)
  for (const name of ACTOR_TENSORS) {
    const expected = shapes[name].reduce((a, b) => a * b, 1)
    const found = parameters.tensors[name].length
    if (found !== expected) {
      throw new CodedError(
        'POLICY_MISMATCH',
        `actor tensor ${name} must hold ${expected} values, found ${found}`,
      )
    }
  }
}

/** Throws POLICY_MISMATCH, naming the first size that differs. */
export function checkSameShape(expected: ActorParameters, found: ActorParameters): void {
  for (const [name, size] of Object.entries(expected.shape)) {
    const other = found.shape[name as keyof typeof found.shape]
    if (other === size) continue
    throw new CodedError('POLICY_MISMATCH', `actor size ${name} must stay ${size}, found ${other}`)
  }
  checkActorParameters(found)
}

function copyParameters(parameters: ActorParameters): ActorParameters {
  return structuredClone(parameters)
}
