import { CodedError } from '../../configs/load/coded-error.ts'
import { homeServo, readPosition } from '../bus/drivers/configure-servos.ts'
import type { ServoClient } from '../bus/drivers/servo-client.ts'
import { SERVO_FAMILIES } from '../bus/drivers/servo-families.ts'
import { STEPS_PER_TURN } from '../bus/protocols/encoder.ts'
import type { ArmDescription, JointDescription } from '../model/arm.schema.ts'
import type { CalibrationFile, JointCalibration, LerobotCalibration } from './calibration.schema.ts'
import { HOMED_TICKS } from './calibration.ts'

/** A pose held by hand is off by about this [rad] (3°). */
const HAND_HELD_UNCERTAINTY_RAD = 0.052
/** A joint that was swept less than this was forgotten [step]: 20°. */
const LEAST_SWEEP_TICKS = 228
/** Times that joints may be forgotten. */
const SWEEPS = 3
const SWEEP_ALL = 'Move every joint from one end of its range to the other'

/** Whoever leads the arm by hand. */
export interface CalibrationDialog {
  /** Says what is next; resolves when it may happen. */
  confirm(request: string): Promise<void>
  /** Asks for a motion and calls `look` over and over until it is done. */
  watch(request: string, look: () => Promise<readonly SweptJoint[]>): Promise<void>
}

/** How far a joint has been swept, within the turn that position limits take [step]. */
export interface SweptJoint {
  readonly name: string
  readonly minTicks: number
  readonly ticks: number
  readonly maxTicks: number
}

export interface ArmCalibrationResult {
  readonly ours: CalibrationFile
  /** The same for LeRobot. */
  readonly lerobot: LerobotCalibration
}

/**
 * Calibrates an arm that is led by hand, as LeRobot does: limp; held in its zero pose, where every servo is made to
 * read 2047; swept through its range, which is written into the servos as their limits. Nothing moves by itself.
 *
 * @param client - open
 * @param measuredAt - now, ISO 8601
 * @throws ROBOT_CALIBRATION_INVALID when a joint was not swept; ROBOT_SERVO_SILENT
 */
export async function calibrateArm(
  client: ServoClient,
  arm: ArmDescription,
  dialog: CalibrationDialog,
  measuredAt: string,
): Promise<ArmCalibrationResult> {
  const { registers, writeKept } = SERVO_FAMILIES[client.protocol.name]
  const joints = arm.joints.filter((joint) => joint.servo !== undefined)
  await dialog.confirm('The arm goes limp: hold it')
  for (const { servo } of joints) await client.writeRegister(servo!.id, registers.torque, 0)
  const zeroPose = arm.zeroPose ?? `every joint at 0 in the description of ${arm.name}`
  await dialog.confirm(`Hold the arm in its zero pose: ${zeroPose}`)
  const offsets: number[] = []
  for (const { servo } of joints) offsets.push(await homeServo(client, servo!.id))
  const sweeps = joints.map(({ name }) => ({
    name,
    ticks: HOMED_TICKS,
    minTicks: HOMED_TICKS,
    maxTicks: HOMED_TICKS,
  }))
  const look = async () => {
    for (const [k, sweep] of sweeps.entries()) {
      const ticks = await readPosition(client, joints[k]!.servo!.id)
      sweep.ticks = Math.max(0, Math.min(STEPS_PER_TURN - 1, ticks))
      sweep.minTicks = Math.min(sweep.minTicks, sweep.ticks)
      sweep.maxTicks = Math.max(sweep.maxTicks, sweep.ticks)
    }
    return sweeps
  }
  let forgotten: SweptJoint[] = sweeps
  for (let round = 1; forgotten[0] !== undefined; round++) {
    if (round > SWEEPS) throw notSwept(forgotten[0])
    const names = forgotten.map(({ name }) => name).join(', ')
    await dialog.watch(round === 1 ? SWEEP_ALL : `Move ${names} too, from end to end`, look)
    forgotten = sweeps.filter(({ minTicks, maxTicks }) => maxTicks - minTicks < LEAST_SWEEP_TICKS)
  }
  for (const [k, { servo }] of joints.entries()) {
    const { minTicks, maxTicks } = sweeps[k]!
    await writeKept(client, servo!.id, [
      [registers.minPosition, minTicks],
      [registers.maxPosition, maxTicks],
    ])
  }
  return describe(arm, joints, sweeps, offsets, measuredAt)
}

function notSwept({ name, minTicks, maxTicks }: SweptJoint): CodedError {
  return new CodedError(
    'ROBOT_CALIBRATION_INVALID',
    `${name} was swept by ${maxTicks - minTicks} steps, too little to be its range`,
    { hint: 'run sim2arm calibrate again and move every joint from end to end' },
  )
}

function describe(
  arm: ArmDescription,
  joints: readonly JointDescription[],
  sweeps: readonly SweptJoint[],
  offsets: readonly number[],
  measuredAt: string,
): ArmCalibrationResult {
  const ours: Record<string, JointCalibration> = {}
  const lerobot: LerobotCalibration = {}
  for (const [k, { name, servo }] of joints.entries()) {
    const { minTicks, maxTicks } = sweeps[k]!
    ours[name] = {
      zeroTicks: HOMED_TICKS,
      minTicks,
      maxTicks,
      sign: servo!.sign,
      homingOffsetTicks: offsets[k]!,
      uncertaintyRad: HAND_HELD_UNCERTAINTY_RAD,
    }
    lerobot[name] = {
      id: servo!.id,
      drive_mode: 0,
      homing_offset: offsets[k]!,
      range_min: minTicks,
      range_max: maxTicks,
    }
  }
  const method = 'held in the zero pose and swept by hand'
  return { ours: { version: 1, arm: arm.name, measuredAt, method, joints: ours }, lerobot }
}
