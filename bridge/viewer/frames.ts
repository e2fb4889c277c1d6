/**
 * What the viewer's server and page say to each other: JSON, one frame per WebSocket message, from the
 * server to the page only. SI units; base frame of the arm (z up); quaternions x, y, z, w.
 */
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { TablePlane } from '../../sim/scene/table.ts'

/** A page built for another version asks to be reloaded. */
export const FRAME_VERSION = 1

/** How another way of acting does on the same task. */
export interface Baseline {
  readonly name: string
  /** Successes / episodes. */
  readonly rate: number
  readonly episodes: number
}

/** What does not change during a run; the first frame every page gets. */
export interface ViewerScene {
  readonly title: string
  /** Where the states come from: `emulated arm over serial`, `simulation`, … */
  readonly source: string
  readonly arm: ArmDescription
  /** The puck, an upright cylinder [m]. */
  readonly object: { readonly radiusM: number; readonly halfHeightM: number }
  readonly table: Readonly<TablePlane>
  /** Object to goal at the end of an episode that counts as success [m]. */
  readonly thresholdM: number
  /** Name of what acts in this run: `policy`, `scripted`, … */
  readonly actor: string
  readonly baselines: readonly Baseline[]
}

/** One policy step. */
export interface ViewerState {
  readonly timeS: number
  /** Measured active joints, in the model's order [rad or m]. */
  readonly q: readonly number[]
  /** Their set-points. */
  readonly commandQ?: readonly number[]
  readonly tip: Vector3
  readonly commandedTip: Vector3
  /** As the object sensor sees it; without a measurement so far `ageS` is not finite (null in JSON). */
  readonly object: {
    readonly x: number
    readonly y: number
    readonly z: number
    readonly quaternion?: readonly [number, number, number, number]
    readonly ageS: number | null
  }
  readonly goal: { readonly x: number; readonly y: number }
  readonly action: readonly number[]
  /** The safety rule that narrows the command now; empty where none does. */
  readonly rule: string
  /** How often each safety rule has acted since the start. */
  readonly interventions: Readonly<Record<string, number>>
  /** Euclidean norm of the policy's recurrent state. */
  readonly stateNorm?: number
  /** Set-point loop: rate [Hz] and worst lateness of a wake-up over the last second [s]. */
  readonly loop: { readonly rateHz: number; readonly jitterS: number }
}

/** The end of an episode. */
export interface ViewerEpisode {
  readonly episode: number
  readonly finalDistanceM: number
  readonly isSuccess: boolean
}

/** Of this run so far. */
export interface Counts {
  readonly episodes: number
  readonly successes: number
}

export type Vector3 = readonly [number, number, number]

export interface SceneFrame extends ViewerScene {
  readonly kind: 'scene'
  readonly version: number
}

export interface StateFrame extends ViewerState {
  readonly kind: 'state'
}

export interface EpisodeFrame extends ViewerEpisode {
  readonly kind: 'episode'
  readonly counts: Counts
}

/** For a page that joins late: the counts and the last episodes, oldest first. */
export interface HistoryFrame {
  readonly kind: 'history'
  readonly counts: Counts
  readonly recent: readonly ViewerEpisode[]
}

/** One line for people: `parking the arm`; empty when there is nothing to say. */
export interface StatusFrame {
  readonly kind: 'status'
  readonly text: string
}

export type Frame = SceneFrame | StateFrame | EpisodeFrame | HistoryFrame | StatusFrame
