import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmDescription, JointDescription } from '../model/arm.schema.ts'
import {
  type CalibrationFile,
  calibrationSchema,
  type JointCalibration,
  type LerobotCalibration,
  lerobotCalibrationSchema,
} from './calibration.schema.ts'
import { type ArmCalibration, HOMED_TICKS } from './calibration.ts'

/** Bit of a drive mode: the servo, or for Feetech LeRobot, counts the other way. */
const REVERSED = 0x01
/** A pose held by hand is off by about this [rad] (3°). */
const HAND_HELD_UNCERTAINTY_RAD = 0.052
const RECALIBRATE = 'run sim2arm calibrate'

/**
 * The calibration of `arm` out of a parsed file, ours or LeRobot's. LeRobot's zero is the pose held in its
 * homing step, where every servo reads 2047; not the middle of the range.
 *
 * @param origin - where it came from, for messages
 * @throws ROBOT_CALIBRATION_INVALID
 */
export function parseCalibration(
  content: unknown,
  arm: ArmDescription,
  origin: string,
): ArmCalibration {
  const isOurs = typeof content === 'object' && content !== null && 'version' in content
  return isOurs ? fromOurs(content, arm, origin) : fromLerobot(content, arm, origin)
}

function fromOurs(content: unknown, arm: ArmDescription, origin: string): ArmCalibration {
  const parsed = calibrationSchema.safeParse(content)
  if (!parsed.success) throw invalid(origin, firstIssue(parsed.error))
  const file: CalibrationFile = parsed.data
  if (file.arm !== arm.name) {
    const reason = `it is for ${file.arm}, not ${arm.name}`
    throw invalid(origin, reason, `name another file, or run sim2arm calibrate --arm ${arm.name}`)
  }
  const joints = servoJoints(arm).map(({ name }) => {
    const joint = file.joints[name]
    if (joint === undefined) throw invalid(origin, `joint ${name} is missing`)
    return checked(joint, name, origin)
  })
  const { residualM } = file
  return { origin, joints, ...(residualM !== undefined && { residualM }) }
}

function fromLerobot(content: unknown, arm: ArmDescription, origin: string): ArmCalibration {
  const parsed = lerobotCalibrationSchema.safeParse(content)
  if (!parsed.success) throw invalid(origin, firstIssue(parsed.error))
  const file: LerobotCalibration = parsed.data
  const joints = servoJoints(arm).map(({ name, servo }) => {
    const motor = file[name]
    if (motor === undefined) throw invalid(origin, `motor ${name} is missing`)
    if (motor.id !== servo!.id) {
      throw invalid(origin, `${name} has id ${motor.id} there and ${servo!.id} in ${arm.name}`)
    }
    const joint: JointCalibration = {
      zeroTicks: HOMED_TICKS,
      minTicks: motor.range_min,
      maxTicks: motor.range_max,
      sign: (motor.drive_mode & REVERSED) === 0 ? servo!.sign : servo!.sign === 1 ? -1 : 1,
      homingOffsetTicks: motor.homing_offset,
      ...(arm.bus?.protocol === 'dynamixel' && { driveMode: motor.drive_mode }),
      uncertaintyRad: HAND_HELD_UNCERTAINTY_RAD,
    }
    return checked(joint, name, origin)
  })
  return { origin, joints }
}

const servoJoints = (arm: ArmDescription): JointDescription[] =>
  arm.joints.filter((joint) => joint.servo !== undefined)

function checked(joint: JointCalibration, name: string, origin: string): JointCalibration {
  if (joint.minTicks >= joint.maxTicks) {
    throw invalid(origin, `${name} has the range ${joint.minTicks} to ${joint.maxTicks}`)
  }
  return joint
}

const invalid = (origin: string, reason: string, hint = RECALIBRATE): CodedError =>
  new CodedError('ROBOT_CALIBRATION_INVALID', `${origin}: ${reason}`, { hint })

const firstIssue = (error: {
  issues: readonly { path: readonly PropertyKey[]; message: string }[]
}): string => {
  const issue = error.issues[0]!
  return `${issue.path.map(String).join('.') || 'content'}: ${issue.message}`
}
