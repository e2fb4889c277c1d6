import { MAX_DUTY } from '../../../robot/bus/twin/feetech/protection.ts'
import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { motorOf, nominalSupply } from '../../../sim/world/mujoco-plant-motors.ts'
import { type JointRig, moveTo, PERIOD_S, withJoint } from './joint-rig.ts'

export interface SpeedResult {
  /** Fastest of each joint in a wide swing [numJoints]. */
  readonly jointRadPerS: readonly number[]
  /** Fastest of the tool point while the first joint swings. */
  readonly tipMPerS: number
}

const WIDEST_SWING_RAD = 1.6
const LIMIT_MARGIN_RAD = 0.1
const WATCH_S = 1
const MOVE_S = 0.8
const SETTLE_S = 0.3

/** Sudden commands across most of each joint's range, one joint after the other, both ways. */
export async function measureTopSpeed(
  rig: JointRig,
  model: ArmModel,
  pose: Float64Array,
): Promise<SpeedResult> {
  const jointRadPerS: number[] = []
  let tipMPerS = 0
  for (let joint = 0; joint < model.numJoints; joint++) {
    const [low, high] = swingOf(model, pose, joint)
    const begin = withJoint(pose, joint, low)
    const end = withJoint(pose, joint, high)
    await moveTo(rig, pose, begin, MOVE_S, SETTLE_S)
    const there = await watch(rig, model, end, joint)
    const back = await watch(rig, model, begin, joint)
    await moveTo(rig, begin, pose, MOVE_S, SETTLE_S)
    jointRadPerS.push(Math.max(there.jointRadPerS, back.jointRadPerS))
    if (joint === 0) tipMPerS = Math.max(there.tipMPerS, back.tipMPerS)
  }
  return { jointRadPerS, tipMPerS }
}

/** Ends of a swing about the pose, shifted where a joint limit is near [rad]. */
export function swingOf(
  model: ArmModel,
  pose: Float64Array,
  joint: number,
  widest = WIDEST_SWING_RAD,
): [number, number] {
  const lower = model.lower[joint]! + LIMIT_MARGIN_RAD
  const upper = model.upper[joint]! - LIMIT_MARGIN_RAD
  const width = Math.min(widest, upper - lower)
  const low = Math.min(upper - width, Math.max(lower, pose[joint]! - width / 2))
  return [low, low + width]
}

async function watch(rig: JointRig, model: ArmModel, target: Float64Array, joint: number) {
  const kinematics = new ArmKinematics(model)
  kinematics.forward(rig.position)
  let before = Float64Array.from(kinematics.tip)
  let jointRadPerS = 0
  let tipMPerS = 0
  for (let t = 0; t < WATCH_S; t += PERIOD_S) {
    await rig.step(target)
    jointRadPerS = Math.max(jointRadPerS, Math.abs(rig.velocity[joint]!))
    kinematics.forward(rig.position)
    const [x, y, z] = kinematics.tip
    const moved = Math.hypot(x! - before[0]!, y! - before[1]!, z! - before[2]!)
    tipMPerS = Math.max(tipMPerS, moved / PERIOD_S)
    before = Float64Array.from(kinematics.tip)
  }
  return { jointRadPerS, tipMPerS }
}

export interface TorqueSpeedRow {
  readonly speedRadPerS: number
  /** Torque left for the load at full drive, dry friction not taken off [Nm]. */
  readonly trainingNm: number
  readonly motorNm: number
}

/**
 * What the first joint can still push with at a speed: in training the stall torque less viscous damping,
 * in the twin the motor's current against its back-EMF, less viscous friction.
 */
export function torqueSpeed(
  arm: ArmDescription,
  model: ArmModel,
  speedsRadPerS: readonly number[],
): TorqueSpeedRow[] {
  const motor = motorOf(arm, arm.joints[0]!)
  // Share of the supply that the firmware's full duty puts on the motor.
  const fullDuty = arm.bus?.protocol === 'feetech' ? MAX_DUTY : 1
  const voltage = fullDuty * nominalSupply(arm, arm.joints[0]!)
  const { torqueConstantNmPerA: k, viscousNmSPerRad } = motor
  const resistanceOhm = motor.resistanceOhm + fullDuty * motor.lineOhm
  return speedsRadPerS.map((speed) => ({
    speedRadPerS: speed,
    trainingNm: model.stallTorqueNm[0]! - model.dampingNmSPerRad[0]! * speed,
    motorNm: (k * (voltage - k * speed)) / resistanceOhm - viscousNmSPerRad * speed,
  }))
}
