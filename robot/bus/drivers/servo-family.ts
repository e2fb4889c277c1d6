import type { JointCalibration } from '../../calibration/calibration.schema.ts'
import type { JointDescription } from '../../model/arm.schema.ts'
import type { Register } from '../protocols/register.ts'
import type { ServoProtocol } from '../protocols/servo-protocol.ts'
import type { ServoClient } from './servo-client.ts'
import type { ReadBlock } from './sync-reader.ts'

/** What a driver needs to know of a servo that it has set up. */
export interface ServoFacts {
  /** Steps per second that one count of its speed registers means. */
  readonly stepsPerSPerCount: number
  /** Whole turns that its position counts beside those of the calibration [step]. */
  readonly turnSteps: number
  /** Its full torque and the present limit, in counts of the limit's register. */
  readonly maxTorque: number
  readonly torqueLimit: number
  /** Goals beyond are refused, also where a joint stands there, pressed against its end [step]; left out: none are. */
  readonly goalRange?: { readonly min: number; readonly max: number }
}

export interface ServoSetup {
  readonly client: ServoClient
  readonly joint: JointDescription
  readonly calibration: JointCalibration
}

/** What a servo says of its state; signs are those of more steps. */
export interface ServoFeedback {
  positionSteps: number
  speedStepsPerS: number
  /** Share of stall torque, -1..1. */
  load: number
  voltageV: number
  temperatureC: number
}

/** What a servo says of itself, whatever arm it belongs to. */
export interface ServoIdentity {
  readonly modelNumber: number
  readonly firmware: string
  readonly positionTicks: number
  readonly homingOffsetTicks: number
  readonly voltageV: number
  readonly temperatureC: number
}

/** How a driver uses the registers of one family of servos. */
export interface ServoFamily {
  readonly protocol: ServoProtocol
  /** What tells how a servo is, read in every cycle. */
  readonly feedback: ReadBlock
  readonly registers: {
    readonly id: Register
    readonly baud: Register
    readonly torque: Register
    readonly torqueLimit: Register
    readonly goal: Register
    readonly position: Register
    readonly homingOffset: Register
    readonly minPosition: Register
    readonly maxPosition: Register
  }
  /** Error bits of a servo that holds on with less torque after a long load: no fault of a gripper that holds something. */
  readonly gripErrors: number
  /** Before the servos are set up one by one: makes them answer. */
  prepare(client: ServoClient, ids: readonly number[]): Promise<void>
  /**
   * Checks that the servo of a joint is the one that the arm's file describes, brings its registers to the
   * values wanted there (those that are kept only where they differ), and reads them back. Torque stays as
   * it is.
   *
   * @throws ROBOT_SERVO_MISMATCH, ROBOT_SERVO_SILENT, ROBOT_SERVO_FAULT
   */
  setUp(setup: ServoSetup): Promise<ServoFacts>
  decodeFeedback(bytes: Uint8Array, facts: ServoFacts, out: ServoFeedback): void
  /** Writes registers that outlive a power cycle; torque must be off. */
  writeKept(
    client: ServoClient,
    id: number,
    values: readonly (readonly [Register, number])[],
  ): Promise<void>
  /** What a servo has to have, so that an offset of any size counts, and in the arm file's direction. */
  readonly homingValues: readonly (readonly [Register, number])[]
  /**
   * The homing offset that makes a servo read `wanted` where it reads `steps` without one, or the nearest that its
   * register takes [step].
   */
  homingOffset(steps: number, wanted: number): number
  identify(client: ServoClient, id: number): Promise<ServoIdentity>
}
