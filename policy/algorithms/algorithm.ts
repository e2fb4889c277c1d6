import type { NamedArrays } from '../learning/checkpoint.ts'
import type { Rollout } from '../learning/rollout.ts'
import type { ActingPolicy, Collection } from '../learning/rollout-source.ts'

/** Figures of one update, by name; lower-case with unit suffix where there is a unit. */
export type UpdateFigures = Readonly<Record<string, number>>

export interface UpdateOptions {
  /** Counts updates from 1; names the random draws of this update. */
  readonly iteration: number
  /** Awaited between minibatches, so that signals and messages get through. */
  readonly pause: () => Promise<void>
}

/** A learner: rollouts in, a better policy out. Owns tensors; `dispose` releases them. */
export interface Algorithm {
  /** Time spent waiting for gradients from other threads since it was made [s]. */
  readonly gradientWaitS: number
  /** The policy that collects, copied. */
  policy(): Promise<ActingPolicy>
  /** Who is to act in the rollout that an update learns from. */
  collection(iteration: number): Collection
  /** The policy worth keeping: its weights are an average over the latest updates. Copied. */
  averagedPolicy(): Promise<ActingPolicy>
  /** One update from the rollouts of all workers. They are read, not kept. */
  update(rollouts: readonly Rollout[], options: UpdateOptions): Promise<UpdateFigures>
  /** Everything that `restore` needs to go on bit-identically. Copies. */
  save(): Promise<NamedArrays>
  /** Throws POLICY_CHECKPOINT_INVALID when arrays are missing or of another size. */
  restore(saved: NamedArrays): void
  dispose(): void
}
