import type { Snapshot } from '../engines/snapshot.ts'
import type { RandomizedParameter, Spread } from '../randomization/draw.ts'
import type { Oracle } from './oracle.ts'

/**
 * Many arms stepped together, one policy step at a time. All episodes begin and end together; arrays are
 * overwritten by `reset` and `step`, and belong to the environment. Axis order [numEnvs, feature].
 */
export interface VecEnv {
  readonly numEnvs: number
  readonly observationSize: number
  /** Privileged input of the critic: true state, time, physics parameters. */
  readonly criticSize: number
  readonly actionSize: number
  readonly episodeSteps: number
  readonly observation: Float32Array
  readonly critic: Float32Array
  readonly reward: Float32Array
  /**
   * What is judged, to its goal [m], [numEnvs]; infinite while anything else that success takes (a yaw, being
   * let go) is not so.
   */
  readonly distanceM: Float32Array
  /** Mean speed of what is judged over the task's settling window [m/s], [numEnvs]. */
  readonly objectSpeedMPerS: Float32Array
  /** The parameters that the randomization has rules for. */
  readonly randomized: readonly RandomizedParameter[]
  /** The bound that each arm's draw is pinned to, see `Draw.pinned` [numEnvs]. */
  readonly pinned: Int32Array
  /** Who knows better, where there is somebody. */
  readonly oracle?: Oracle
  /** New physics, new start and goal for every arm. Throws SIM_STEP_INVALID for what are no whole numbers. */
  reset(options: ResetOptions): void
  /** A new goal in the same physics; arm and object stay where they are. Time in the episode restarts. */
  newGoal(): void
  /** Actions in -1..1 (clipped), [numEnvs, actionSize]. */
  step(actions: Float32Array): void
  dispose(): void
}

/** An environment that can be left at any step and gone back to. */
export interface RestorableEnv extends VecEnv {
  /** Everything that later steps depend on, and the arrays that the last step left. */
  snapshot(): Snapshot
  /**
   * Goes on from a snapshot of this environment, or of another of the same configuration in whatever
   * thread, to the last bit. Throws SIM_SNAPSHOT_INVALID when it is of something else.
   */
  restore(snapshot: Snapshot): void
}

export interface ResetOptions {
  readonly seed: number
  /** Number of the first episode; arm k plays episode `episode + k`. Seed and number fix the draw. */
  readonly episode: number
  /** Instead, the number of each arm's episode [numEnvs]. */
  readonly episodes?: ArrayLike<number> | undefined
  /** Width of randomization, 0 nominal to 1 full; or of each of `randomized`. Default 1. */
  readonly width?: Spread | undefined
  /** Makes it easier than it is meant to be. */
  readonly ease?: Ease
}

/** Shares of the real thing, 1 for all of it: for curricula. */
export interface Ease {
  /** Of gravity. */
  readonly gravity: number
  /** Of the way from the object to its goal. */
  readonly goalDistance: number
}
