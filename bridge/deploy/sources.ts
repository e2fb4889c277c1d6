import type { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmReading } from '../../robot/bus/arm-driver.ts'
import type { ObjectMeasurement } from '../../robot/io/observation.ts'

/** Where the object is, as streams deliver it. */
export interface ObjectSource {
  /** Newest measurement at `timeS` of the loop's clock; age is Infinity before the first. */
  read(timeS: number, out: ObjectMeasurement): void
  /** Messages thrown away and why, for the report. */
  readonly rejected: Readonly<Record<string, number>>
  /** What came and was no such message, in words; undefined: nothing. */
  readonly trouble?: string | undefined
}

/** Joints that something else than the arm's driver tells. */
export interface JointSensor {
  /** Of the oldest joint [s]; Infinity before all have come. */
  readonly ageS: number
  /** Overwrites the joints that it tells, position and velocity. */
  read(out: ArmReading): void
  /** Why they are too old. */
  lost(): CodedError
}

/** Where the object should go. */
export interface GoalSource {
  /** x, y and, where the task asks for it, z in the base frame [m]; meaningful once `version` is above 0. */
  readonly goal: Float64Array
  /** Counts changes of the goal. */
  readonly version: number
}

/** Requests from outside that the loop looks at once per policy step. */
export interface LoopRequests {
  /** True once after each `/reset`. */
  takeReset(): boolean
  /** Latched emergency stop. */
  readonly isStopped: boolean
}

/** A policy, or anything that acts like one: recurrent state is an argument and a result. */
export interface Stepper {
  readonly stateSize: number
  step(observation: Float32Array, state: Float32Array, outAction: Float32Array): void
}
