import type { PpoConfig } from '../algorithms/ppo.schema.ts'
import type { ActorCriticShapes } from '../networks/actor-critic.ts'
import type { MinibatchShape } from './minibatch.ts'

/** Figures that a gradient comes with: see `ActorCriticGradients`. */
export const NUM_FIGURES = 4

/**
 * Memory that the learner shares with one gradient worker. A share is asked for by writing weights,
 * minibatch and BATCH, then ASKED; it is answered by gradients and figures, then ANSWERED.
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
  /** What `minibatchOn` lays its arrays on. */
  readonly minibatch: SharedArrayBuffer
}

/** Shares asked for and answered since the start; sequences in the one asked for last and in its minibatch. */
export const CONTROL = { asked: 0, answered: 1, batch: 2, minibatch: 3 } as const
export const NUM_CONTROL = 4

/** What a gradient worker is started with. */
export interface GradientStart {
  readonly config: PpoConfig
  readonly shapes: ActorCriticShapes
  /** Of the minibatches; the batch differs from one to the next. */
  readonly minibatch: Omit<MinibatchShape, 'batch'>
  readonly memory: GradientMemory
}
