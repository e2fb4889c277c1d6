import type { KernelOptions } from '../kernels/load-kernels.ts'
import type { ActorParameters } from '../networks/actor-parameters.ts'
import { createKernelRunner } from './kernel-runner.ts'
import { createReferenceRunner } from './reference-runner.ts'

/** Steps the recurrent actor for a fixed number of environments; allocates nothing per step. */
export interface ActorRunner {
  readonly batch: number
  /** Recurrent state per environment, see `actor-parameters.ts`. Zeros begin an episode. */
  readonly stateSize: number
  /** Takes new parameters of the same shape (copied). Throws POLICY_MISMATCH on another shape. */
  load(parameters: ActorParameters): void
  /**
   * An environment's result does not depend on the others in the batch.
   *
   * @param observation - [batch, observation], as measured (the normaliser is inside)
   * @param state - [batch, stateSize], updated in place
   * @param outMean - receives [batch, action], not clipped
   */
  step(observation: Float32Array, state: Float32Array, outMean: Float32Array): void
}

export type ActorRunnerOptions = KernelOptions

/**
 * The fastest runner for these parameters. Throws POLICY_MISMATCH when a tensor has not the size its
 * shape asks for.
 */
export function createActorRunner(
  parameters: ActorParameters,
  batch: number,
  options: ActorRunnerOptions = {},
): ActorRunner {
  // The kernels work on four hidden units at a time.
  return parameters.shape.hidden % 4 === 0
    ? createKernelRunner(parameters, batch, options)
    : createReferenceRunner(parameters, batch)
}
