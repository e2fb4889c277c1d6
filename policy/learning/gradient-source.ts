import type * as tf from '@tensorflow/tfjs-core'
import type { ActorCritic } from '../networks/actor-critic.ts'
import type { Sequence } from './sequences.ts'

/** Gradients of a loss that is a mean over the rows of a minibatch; both networks' in slot order. */
export type ActorCriticGradients = {
  readonly actor: tf.Tensor[]
  readonly critic: tf.Tensor[]
  /** Means over the rows: policy loss, value loss, KL, clip fraction. */
  readonly figures: tf.Tensor1D
}

/** Where the gradients of a minibatch come from: this thread alone, or several that share it out. */
export interface GradientSource {
  /** Time spent waiting for other threads since the start [s]. */
  readonly waitS: number
  /** Memory, of so many bytes, for what sequences are cut from. */
  readonly allocate: (bytes: number) => ArrayBufferLike
  /** Gradients at the networks' weights as they are now. The caller disposes them. */
  compute(networks: ActorCritic, minibatch: readonly Sequence[]): Promise<ActorCriticGradients>
}
