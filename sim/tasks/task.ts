import type { ArmModel } from '../../robot/model/arm.ts'
import type { RandomStream } from '../../robot/model/random.ts'
import type { ArmState, Physics, Start } from '../engines/engine.ts'
import type { TaskOnArm } from './task.schema.ts'

/**
 * The seam between a world and what is practised in it. A definition is shared; one `Task` plays one arm's
 * episodes. All positions in the arm's base frame, SI. Everybody can write one: as a file that a task's YAML
 * names under `module`, or as an object passed to `createEnv`.
 */
export interface TaskDefinition<Parameter extends string = string, Term extends string = string> {
  /** Numbers that its YAML gives under `parameters`, per arm, and what they mean. */
  readonly parameters: Readonly<Record<Parameter, string>>
  /** Its reward terms, unweighted, and what they mean; the weights are the YAML's. */
  readonly terms: Readonly<Record<Term, string>>
  /** Numbers of a goal: x and y, or more. */
  readonly goalSize: number
  /** Prepares the task on an arm, and gives one `Task` per call. */
  prepare(setting: TaskSetting<Parameter>): () => Task
}

export interface TaskSetting<Parameter extends string = string> {
  readonly model: ArmModel
  readonly onArm: TaskOnArm<Parameter>
  /** The main threshold of success [m]. */
  readonly thresholdM: number
}

export interface Task {
  /** What is to be reached [goalSize]. */
  readonly goal: Float64Array
  /** Values of the last `reward`, in the order of the definition's `terms`. */
  readonly terms: Float64Array
  readonly outcome: TaskOutcome
  /** Numbers that `writeFeatures` writes. */
  readonly numFeatures: number

  /**
   * Draws the goal and where an episode begins, into `start`: true joints, and objects at rest.
   * @param zeroOffsetRad - what the encoders will add to the joints [numJoints]
   */
  begin(stream: RandomStream, physics: Physics, zeroOffsetRad: Float64Array, start: Start): void
  /** A new goal for objects where they are. */
  newGoal(stream: RandomStream, state: ArmState, physics: Physics): void
  /**
   * Moves the goal towards what has to reach it, to this share of the way: for curricula. Without it the task
   * has none by distance.
   */
  bringGoalNearer?(share: number, state: ArmState): void
  /** Takes note of where things are, without a reward: an episode or a goal begins. */
  look(state: ArmState, physics: Physics): void
  /** Fills `terms` and `outcome` after a step. @param action - clipped, [actionSize] */
  reward(state: ArmState, physics: Physics, action: Float64Array, isLastStep: boolean): void
  /** What helps the critic beside the true state: vectors to the goal and the like. */
  writeFeatures(state: ArmState, out: Float32Array, offset: number): void
  /**
   * What a task remembers beside its goal and what `look` notes, as a plain value, for snapshots of its
   * environment: both, or neither where there is nothing.
   */
  save?(): unknown
  /** Remembers what was saved; goal and `look` come next. */
  restore?(saved: unknown): void
}

/** How an episode stands. Success at a threshold: `distanceM` below it, and `isMet`. */
export interface TaskOutcome {
  distanceM: number
  /** Whether everything else that success takes is so: orientation, height, let go. */
  isMet: boolean
  /** What has to come to rest at the goal [3]. */
  readonly point: Float64Array
}

/** Whether an episode that ended like this has succeeded. */
export function isSuccess(
  { distanceM, isMet }: Pick<TaskOutcome, 'distanceM' | 'isMet'>,
  thresholdM: number,
): boolean {
  return isMet && isWithin(distanceM, thresholdM)
}

/** The distance that an episode counts with [m]: infinite where something else that success takes is missing. */
export function countedDistanceM({
  distanceM,
  isMet,
}: Pick<TaskOutcome, 'distanceM' | 'isMet'>): number {
  return isMet ? distanceM : Number.POSITIVE_INFINITY
}

/** What every count of successes means by a threshold: below it. */
export function isWithin(distanceM: number, thresholdM: number): boolean {
  return distanceM < thresholdM
}

/** One for a task to write into. */
export function createOutcome(): TaskOutcome {
  return { distanceM: 0, isMet: true, point: new Float64Array(3) }
}
