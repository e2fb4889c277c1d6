/**
 * What the viewer's server and page say to each other: JSON, one frame per WebSocket message. SI units;
 * base frame of each arm (z up); quaternions x, y, z, w. What the page may ask is in `requests.schema.ts`.
 */
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { PARAMETERS } from '../../sim/randomization/parameters.ts'
import type { ObjectKind } from '../../sim/scene/object.ts'
import type { TablePlane } from '../../sim/scene/table.ts'

/** A page built for another version asks to be reloaded. */
export const FRAME_VERSION = 4

export type Vector3 = readonly [number, number, number]
export type Quaternion = readonly [number, number, number, number]

/** What an arm has around it. */
export interface WorldScene {
  readonly objects: readonly ObjectScene[]
  readonly table: Readonly<TablePlane>
}

/** Shape of an object, as in `sim/scene/object.ts`. */
export interface ObjectScene {
  readonly kind: ObjectKind
  readonly halfSizeM: Vector3
}

/** Where an arm and everything around it is. */
export interface WorldState {
  /** Joints, in the order of the scene's `joints` [rad or m]. */
  readonly q: readonly number[]
  /** In the order of the world's objects; null where one was not seen so far. */
  readonly objects: readonly (ObjectPlace | null)[]
  readonly goal: GoalPlace
  /** Whether success would be now. */
  readonly isReached: boolean
  /** Force of contact on the tool, where it is known, as in a simulation [N]. */
  readonly tipForceN?: Vector3
}

export interface ObjectPlace {
  readonly position: Vector3
  readonly quaternion: Quaternion
}

/** Where the first object, or the tool where there is none, is to be brought. */
export interface GoalPlace {
  readonly x: number
  readonly y: number
  /** Absent: on the table. */
  readonly z?: number
  /** Absent: any. */
  readonly yawRad?: number
}

/** What does not change while a page is open; the first frame it gets. */
export type ViewerScene = RunScene | SampleScene

interface SceneOfArm {
  readonly title: string
  /** Where the states come from: `emulated arm over serial`, `simulation`, … */
  readonly source: string
  readonly arm: ArmDescription
  /** Names of the joints that states tell of, in order. */
  readonly joints: readonly string[]
  /** Distance to the goal that counts as success [m]. */
  readonly thresholdM: number
}

/** One arm, real or not, and how it does. */
export interface RunScene extends SceneOfArm {
  readonly shows: 'run'
  readonly world: WorldScene
  /** Name of what acts in this run: `policy`, `scripted`, … */
  readonly actor: string
  readonly baselines: readonly Baseline[]
}

/** How another way of acting does on the same task. */
export interface Baseline {
  readonly name: string
  /** Successes / episodes. */
  readonly rate: number
  readonly episodes: number
}

/** Many draws of a randomization beside each other. */
export interface SampleScene extends SceneOfArm {
  readonly shows: 'sample'
  readonly count: number
  readonly episodeS: number
  /** Who plays them, so that nobody can ask for other draws; left out: they are there to be looked at. */
  readonly playedBy?:
    | { readonly kind: 'training' }
    /** So many episodes in all, so many at once, of which the first are shown. */
    | { readonly kind: 'evaluation'; readonly episodes: number; readonly atOnce: number }
  /** What is drawn, in the order of `DrawnWorld.values`. */
  readonly parameters: readonly DrawnParameter[]
}

/** One number that a randomization draws, and its range. */
export interface DrawnParameter {
  /** As in the randomization's YAML. */
  readonly name: string
  /** In words. */
  readonly label: string
  /** Empty for factors and other pure numbers. */
  readonly unit: string
  readonly per: (typeof PARAMETERS)[keyof typeof PARAMETERS]
  /** Name of the object, joint, or joint that moves the link; empty for a parameter that is one number. */
  readonly of: string
  readonly low: number
  readonly high: number
  /** Whether places within the range are even in the logarithm. */
  readonly isLog: boolean
}

/** One policy step of a run. */
export interface RunState extends WorldState {
  readonly timeS: number
  /** Set-points of the joints, as they went to the arm. */
  readonly commandQ?: readonly number[]
  /** The same before the safety filter; absent where there is none, or where it was not recorded. */
  readonly wantedQ?: readonly number[]
  readonly tip: Vector3
  readonly commandedTip: Vector3
  /** Age of the first object's measurement; not finite (null in JSON) before the first [s]. */
  readonly objectAgeS: number | null
  readonly action: readonly number[]
  /** The safety rule that narrows the command now; empty where none does. */
  readonly rule: string
  /** How often each safety rule has acted since the start. */
  readonly interventions: Readonly<Record<string, number>>
  /** Euclidean norm of the policy's recurrent state. */
  readonly stateNorm?: number
  /** Set-point loop: rate [Hz] and worst lateness of a wake-up over the last second [s]. */
  readonly loop: { readonly rateHz: number; readonly jitterS: number }
  /** Of a run that has told what arm it moves. */
  readonly arm?: ArmState
}

/** The arm as its driver tells of it: every joint, in the order of `ArmFacts.joints`. */
export interface ArmState {
  /** [rad] */
  readonly q: readonly number[]
  /** Targets before the safety filter, and after [rad]. */
  readonly wantedQ: readonly number[]
  readonly sentQ: readonly number[]
  /** Share of stall torque; 0 where unknown. */
  readonly load: readonly number[]
  /** 0 or not finite where unknown. */
  readonly voltageV: readonly number[]
  readonly temperatureC: readonly number[]
  /** Of each joint's measurement [s]. */
  readonly ageS: readonly number[]
  /** Of the oldest joint that a stream tells; absent: the driver tells them all [s]. */
  readonly streamedAgeS?: number
  /** Whether a person moves it instead of the policy. */
  readonly isInHand: boolean
  /** Lateness of the set-point loop over the last ten seconds [s], deadlines missed since the start. */
  readonly timing: { readonly p99S: number; readonly missed: number }
}

/** What does not change of an arm while it runs. */
export interface ArmFacts {
  readonly joints: readonly ArmJoint[]
  /** Range of the servos' supply and most temperature that safety lets pass. */
  readonly supplyV: readonly [number, number]
  readonly maxTemperatureC: number
  readonly sensor: SensorFacts
}

export interface ArmJoint {
  readonly name: string
  /** Where safety lets it go [rad]. */
  readonly lower: number
  readonly upper: number
  /** Its place among the joints that can be moved by hand; null: it cannot. */
  readonly jogIndex: number | null
}

/** Where the object's pose comes from. */
export interface SensorFacts {
  readonly source: string
  /** In words: what is known of how it was set up. */
  readonly about: string
  /** Frames of its messages, a camera's sheet: where they stand in the arm's base [m]; x, y, z, w. */
  readonly places: readonly (ObjectPlace & { readonly name: string })[]
}

/** A safety rule steps in. */
export interface Intervention {
  readonly timeS: number
  readonly rule: string
  /** The joint whose target it changes most; empty where it changes none. */
  readonly joint: string
  /** Where the tool was. */
  readonly tip: Vector3
}

/** The end of an episode of a run. */
export interface RunEpisode {
  readonly episode: number
  readonly finalDistanceM: number
  readonly isSuccess: boolean
}

/** Of a run so far. */
export interface Counts {
  readonly episodes: number
  readonly successes: number
}

/** New physics, starts and goals for every arm of a sample. */
export interface Draws {
  /** Number of the first arm's episode: what `WorldStates` belong to. */
  readonly episode: number
  readonly worlds: readonly DrawnWorld[]
  /** Of an evaluation: how the episodes before went. */
  readonly before?: Counts
}

export interface DrawnWorld extends WorldScene {
  /** [m/s²] */
  readonly gravity: Vector3
  /** Factor on the length of each joint's link. */
  readonly linkLengthScale: readonly number[]
  /** Of each parameter, and where it lies in its range: 0 low, 1 high, beyond them where it was shifted. */
  readonly values: readonly number[]
  readonly shares: readonly number[]
}

/** One policy step of every arm of a sample. */
export interface WorldStates {
  readonly episode: number
  /** Since the draw. */
  readonly timeS: number
  readonly worlds: readonly WorldState[]
}

export type SceneFrame = ViewerScene & { readonly kind: 'scene'; readonly version: number }

/** For a page that joins a run late: the counts and the last episodes, oldest first. */
export interface HistoryFrame {
  readonly kind: 'history'
  readonly counts: Counts
  readonly recent: readonly RunEpisode[]
}

export interface StateFrame extends RunState {
  readonly kind: 'state'
}

export interface EpisodeFrame extends RunEpisode {
  readonly kind: 'episode'
  readonly counts: Counts
}

/** One line for people: `parking the arm`; empty when there is nothing to say. */
export interface StatusFrame {
  readonly kind: 'status'
  readonly text: string
}

export interface DrawsFrame extends Draws {
  readonly kind: 'draws'
}

export interface WorldsFrame extends WorldStates {
  readonly kind: 'worlds'
}

export interface ArmFrame extends ArmFacts {
  readonly kind: 'arm'
}

export interface InterventionFrame extends Intervention {
  readonly kind: 'intervention'
}

/** To one page: whether it may move the arm of this run, and who does. */
export interface ControlFrame {
  readonly kind: 'control'
  /** Whether this run can be moved by hand, and whether only with the token. */
  readonly hasHand: boolean
  readonly needsToken: boolean
  readonly holder: 'you' | 'other' | 'nobody'
  /** Why what the page asked for was not done; empty where nothing was refused. */
  readonly refusal: string
}

/** What is told while it happens. */
export type LiveFrame =
  | StateFrame
  | EpisodeFrame
  | StatusFrame
  | DrawsFrame
  | WorldsFrame
  | ArmFrame
  | InterventionFrame

export type Frame = SceneFrame | HistoryFrame | ControlFrame | LiveFrame
