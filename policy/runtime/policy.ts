import type { PolicyMetadata } from '../file/metadata.schema.ts'
import type { PolicyFile } from '../file/policy-file.ts'
import { createActorRunner } from './actor-runner.ts'

/** A policy file made runnable for one arm: the same numbers as the file in ONNX Runtime. */
export interface Policy {
  readonly metadata: PolicyMetadata
  /** Length of `state`: zeros at the start of an episode. */
  readonly stateSize: number
  /**
   * @param observation - [observation], in the order of `metadata.control.observation`
   * @param state - [stateSize], updated in place
   * @param outAction - receives [action], clipped to -1..1
   */
  step(observation: Float32Array, state: Float32Array, outAction: Float32Array): void
}

/** A policy file ready to step, one arm at a time; it holds no recurrent state of its own. */
export function createPolicy(file: PolicyFile): Policy {
  const runner = createActorRunner(file.parameters, 1)
  return {
    metadata: file.metadata,
    stateSize: runner.stateSize,
    step(observation, state, outAction) {
      runner.step(observation, state, outAction)
      clipActions(outAction)
    },
  }
}

/** Clips every action to -1..1, in place. */
export function clipActions(actions: Float32Array): void {
  for (let k = 0; k < actions.length; k++) actions[k] = Math.min(Math.max(actions[k]!, -1), 1)
}
