import type { PpoConfig } from '../algorithms/ppo.schema.ts'
import type { ActorCriticShapes } from '../networks/actor-critic.ts'
import type { MinibatchShape } from './minibatch.ts'
import type { PreparedRollout } from './prepared-rollout.ts'

/** Figures that a gradient comes with: see `ActorCriticGradients`. */
export const NUM_FIGURES = 4

/**
 * Memory that the learner shares with one gradient worker. A share is asked for by writing weights,
 * places and their number, then ASKED; it is answered by gradients and figures, then ANSWERED.
 */
export interface GradientMemory {
  /** Indexed by CONTROL. */
  readonly control: Int32Array
  /** Actor's, then critic's, as their layouts say; the same for all workers. */
  readonly weights: Float32Array
  /** As the weights; the share's part of the minibatch's. */
  readonly gradients: Float32Array
  /** [NUM_FIGURES] */
  readonly figures: Float32Array
  /** The share's sequences: source, chunk and arm of each [greatest share, NUM_PLACE]. */
  readonly places: Int32Array
}

/** Numbers that tell a sequence: which of the sources, chunk, arm. */
export const NUM_PLACE = 3

/** Shares asked for and answered since the start; sequences in the one asked for last and in its minibatch. */
export const CONTROL = { asked: 0, answered: 1, share: 2, minibatch: 3 } as const
export const NUM_CONTROL = 4

/** What a gradient worker is started with. */
export interface GradientStart {
  readonly config: PpoConfig
  readonly shapes: ActorCriticShapes
  /** Of the greatest share. */
  readonly share: MinibatchShape
  readonly memory: GradientMemory
}

/** What places count, in shared memory, from the next share on; the only message to a worker. */
export type GradientSources = readonly PreparedRollout[]
