import { RAD_PER_STEP } from '../protocols/encoder.ts'
import type { RegisterMemory, RegisterValues } from './register-memory.ts'

export interface TwinServoOptions {
  /** Joint it moves; for messages. */
  readonly name: string
  readonly id: number
  /** +1 when more ticks turn the joint in its positive direction. */
  readonly sign: 1 | -1
  /** Encoder count at joint angle 0, before the homing offset; the middle, 2047, when left out. */
  readonly encoderZeroTicks?: number
  readonly model: string
  /** Its pause before an answer, beside the one in its register [s]; 0 when left out. */
  readonly replyPauseS?: number
  /** What differs from a new servo. */
  readonly registers?: RegisterValues
}

/** Where the joint of a servo is and what its motor feels; written over for each servo. */
export interface ShaftState {
  timeS: number
  positionRad: number
  velocityRadPerS: number
  currentA: number
  supplyV: number
  temperatureC: number
}

export const createShaftState = (): ShaftState => ({
  timeS: 0,
  positionRad: 0,
  velocityRadPerS: 0,
  currentA: 0,
  supplyV: 0,
  temperatureC: 0,
})

/** One emulated servo: its memory, its firmware, and how its encoder sits on the joint. */
export interface EmulatedServo {
  readonly name: string
  readonly sign: 1 | -1
  readonly encoderZeroTicks: number
  readonly registers: RegisterMemory
  readonly id: number
  /** Of a group that it belongs to as well: it does what this is asked, without an answer. Left out: of none. */
  readonly groupId?: number | undefined
  readonly baudBps: number
  readonly isTorqueOn: boolean
  /** Deaf and mute until then [s]; restarting. */
  silentUntilS: number
  /** As after a power cycle. */
  powerOn(shaft: ShaftState): void
  /** Duty for the next step of the mechanics, -1..1, positive = more encoder steps; NaN with torque off. */
  dutySteps(shaft: ShaftState, stepS: number): number
  /** Fills the feedback registers; `dutySteps` is what the motor gets now. */
  feedBack(shaft: ShaftState, dutySteps: number): void
}

/** Continuous encoder count of a servo at a joint angle, before any offset [step]. */
export const encoderSteps = (servo: EmulatedServo, positionRad: number): number =>
  servo.encoderZeroTicks + (servo.sign * positionRad) / RAD_PER_STEP
