import type { CalibratedLimits } from '../bus/arm-driver.ts'
import { RAD_PER_STEP, STEPS_PER_TURN } from '../bus/protocols/encoder.ts'
import type { ArmDescription } from '../model/arm.schema.ts'
import type { CalibrationFile, JointCalibration } from './calibration.schema.ts'

/** What a homed servo reads at its zero, as in LeRobot. */
export const HOMED_TICKS = 2047

/** What the servos of one particular arm read at which joint angle, in the arm's joint order. */
export interface ArmCalibration {
  /** For messages: file, or what it was made from. */
  readonly origin: string
  readonly joints: readonly JointCalibration[]
  /** How far the tip was from where it was held, where that was measured [m]. */
  readonly residualM?: number
}

/** Joint angle [rad] at a position reading. */
export const ticksToRadians = (joint: JointCalibration, ticks: number): number =>
  joint.sign * (ticks - joint.zeroTicks) * RAD_PER_STEP

/** Nearest position reading to a joint angle [rad]; unbounded, see `minTicks` and `maxTicks`. */
export const radiansToTicks = (joint: JointCalibration, angleRad: number): number =>
  Math.round(joint.zeroTicks + (joint.sign * angleRad) / RAD_PER_STEP)

/** What a calibration allows the joints, in its order. */
export function calibratedLimits({ joints }: ArmCalibration): CalibratedLimits {
  const ends = joints.map((joint) =>
    [joint.minTicks, joint.maxTicks].map((ticks) => ticksToRadians(joint, ticks)),
  )
  return {
    lowerRad: Float64Array.from(ends, (pair) => Math.min(...pair)),
    upperRad: Float64Array.from(ends, (pair) => Math.max(...pair)),
    torqueShare: Float64Array.from(joints, ({ maxTorqueShare = 1 }) => maxTorqueShare),
  }
}

/** The calibration of an arm whose zeros are exact: that of a twin as it comes. */
export function nominalCalibration(arm: ArmDescription): ArmCalibration {
  const joints = arm.joints
    .filter((joint) => joint.servo !== undefined)
    .map((joint): JointCalibration => {
      const { sign } = joint.servo!
      const ends = [joint.limits.lower, joint.limits.upper].map(
        (limit) => HOMED_TICKS + (sign * limit) / RAD_PER_STEP,
      )
      return {
        zeroTicks: HOMED_TICKS,
        minTicks: Math.max(0, Math.floor(Math.min(...ends))),
        maxTicks: Math.min(STEPS_PER_TURN - 1, Math.ceil(Math.max(...ends))),
        sign,
        uncertaintyRad: 0,
      }
    })
  return { origin: `nominal ${arm.name}`, joints }
}

/** The same as a file. @param measuredAt - ISO 8601 */
export function nominalCalibrationFile(arm: ArmDescription, measuredAt: string): CalibrationFile {
  const { joints } = nominalCalibration(arm)
  const names = arm.joints.filter((joint) => joint.servo !== undefined).map(({ name }) => name)
  return {
    version: 1,
    arm: arm.name,
    measuredAt,
    method: 'exact: an emulated arm',
    joints: Object.fromEntries(names.map((name, index) => [name, joints[index]!])),
  }
}
