import { CodedError } from '../../configs/load/coded-error.ts'
import { RAD_PER_STEP, STEPS_PER_TURN } from '../../robot/bus/protocols/encoder.ts'
import type { JointCalibration } from '../../robot/calibration/calibration.schema.ts'
import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'

/** What the numbers of a dataset mean: LeRobot's two ways of writing a servo, or joint angles as they are. */
export const UNITS = ['degrees', 'range', 'radians'] as const
export type Units = (typeof UNITS)[number]

/** Of one joint: to what a dataset holds and back. */
interface Scale {
  /** Dataset's number at joint angle zero, and how much it changes by radian. */
  readonly zero: number
  readonly perRad: number
}

/** Joint angles of an arm as LeRobot's follower reads them from its servos. */
export interface MotorUnits {
  readonly units: Units
  /** Joints of a row, in order. */
  readonly joints: readonly string[]
  /** @param angles - [numJoints], [rad]; out: a row in `units`, grippers 0..100 */
  toRow(angles: ArrayLike<number>): Float32Array
  toRadians(row: ArrayLike<number>): Float64Array
}

/** As LeRobot writes this arm; joint angles for one that LeRobot does not know. */
export function usualUnits(arm: ArmDescription): Units {
  return arm.bus === undefined ? 'radians' : (arm.bus.lerobot?.units ?? 'degrees')
}

/**
 * Units of the joints with a servo. LeRobot counts from the middle of the calibrated range, ours from the URDF's
 * zero: the calibration says how they lie to each other. Nothing is cut off at the ends of the range.
 *
 * @param calibration - its joints in the order of the arm's servos; null where nobody knows it, which is enough for
 * radians
 * @throws BRIDGE_DATASET_INVALID when a joint of the rows has no servo; BRIDGE_RECORDING_INVALID without calibration
 */
export function createMotorUnits(
  arm: ArmDescription,
  calibration: ArmCalibration | null,
  joints: readonly string[],
  units: Units = usualUnits(arm),
): MotorUnits {
  const servoJoints = arm.joints.filter(({ servo }) => servo !== undefined)
  const scales = joints.map((name) => {
    if (units === 'radians') return { zero: 0, perRad: 1 }
    const index = servoJoints.findIndex((joint) => joint.name === name)
    if (index < 0) throw unknownJoint(name, arm, servoJoints)
    if (calibration === null) throw uncalibrated(arm, units)
    const isGripper = servoJoints[index]!.group === 'gripper'
    return scaleOf(calibration.joints[index]!, isGripper ? 'share' : units)
  })
  return {
    units,
    joints: [...joints],
    toRow: (angles) =>
      Float32Array.from(scales, ({ zero, perRad }, i) => zero + perRad * angles[i]!),
    toRadians: (row) =>
      Float64Array.from(scales, ({ zero, perRad }, i) => (row[i]! - zero) / perRad),
  }
}

/** `MotorsBus._normalize` of huggingface/lerobot @7427f31, without its bounds. */
function scaleOf(joint: JointCalibration, kind: 'degrees' | 'range' | 'share'): Scale {
  const { maxTicks, minTicks, sign, zeroTicks } = joint
  const ticksPerRad = sign / RAD_PER_STEP
  const middle = (minTicks + maxTicks) / 2
  if (kind === 'degrees') {
    const perTick = 360 / (STEPS_PER_TURN - 1)
    return { zero: (zeroTicks - middle) * perTick, perRad: ticksPerRad * perTick }
  }
  const [low, span] = kind === 'share' ? [minTicks, 100] : [middle, 200]
  const perTick = span / (maxTicks - minTicks)
  return { zero: (zeroTicks - low) * perTick, perRad: ticksPerRad * perTick }
}

function unknownJoint(
  name: string,
  arm: ArmDescription,
  servoJoints: readonly { readonly name: string }[],
): CodedError {
  const names = servoJoints.map((joint) => joint.name).join(', ')
  return new CodedError('BRIDGE_DATASET_INVALID', `${arm.name} has no servo ${name}`, {
    hint: names === '' ? 'use --units radians' : `its servos move ${names}`,
  })
}

const uncalibrated = ({ name }: ArmDescription, units: Units): CodedError =>
  new CodedError(
    'BRIDGE_RECORDING_INVALID',
    `the recording of ${name} has no calibration, which ${units} are counted from`,
    { hint: '--units radians: joint angles as they are' },
  )
