import type { ArmModel } from '../../../robot/model/arm.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { rotate, yawOf } from '../../../robot/model/pose.ts'
import { createToolIk } from '../../../robot/model/tool-ik.ts'
import type { Engine, ObjectPose, Physics } from '../../../sim/engines/engine.ts'
import { nominalPhysics } from './rapier-fixture.ts'

export interface Grip {
  readonly massKg: number
  readonly halfM: number
  readonly friction: number
  /** How far beyond the gripper's zero, the way it closes, the set-point goes [rad or m]. */
  readonly squeeze: number
  /** Height of the tool that is asked for: an arm sags below it [m]. */
  readonly lowM?: number
  /** Greatest force or torque of the gripper's motor, default the arm's. */
  readonly stall?: number
}

/** What became of a cube that was gripped, lifted by 10 cm and held for two seconds. */
export interface Held {
  readonly isHeld: boolean
  /** Of the cube against the hand, over the last two seconds [m/s]. */
  readonly slipMPerS: number
  /** Cube against the hand at the end, in the frame of the first finger's link [3], [m]. */
  readonly place: readonly number[]
}

const OPEN_UNTIL_S = 0.5
const LIFT_FROM_S = 1.2
const HOLD_FROM_S = 2.4
const END_S = 4.4
const LIFT_M = 0.1
const LIFT_M_PER_S = 0.12
const JAW_GAP_M = 0.001

export function wholeArm(name: string): ArmModel {
  const description = loadArmDescription(name)
  return compileArm(description, { joints: description.joints.map((joint) => joint.name) })
}

/** Arm as described, a table, one cube. */
export function gripPhysics(model: ArmModel, grip: Grip): Physics {
  const { massKg, halfM, friction, stall } = grip
  const physics = nominalPhysics(model, {})
  physics.backlashRad.set(model.backlashRad)
  if (stall !== undefined) physics.stallTorqueNm[model.gripper!.joint] = stall
  const shape = { kind: 'box', halfSizeM: Float64Array.of(halfM, halfM, halfM) } as const
  const comM = new Float64Array(3)
  return {
    ...physics,
    objects: [{ shape, massKg, comM, frictionTable: 0.5, frictionTip: friction }],
  }
}

/** Grips a cube from above with the first arm of an engine made for it. */
export function grip(engine: Engine, model: ArmModel, x: number, wanted: Grip): Held {
  const { joint, open, closed, hasFixedJaw, opens, fingers } = model.gripper!
  const closing = Math.sign(closed - open)
  const ik = createToolIk(model, { iterations: 60 })
  const kinematics = new ArmKinematics(model)
  const low = wanted.lowM ?? (hasFixedJaw ? 0.004 : Math.max(0.012, wanted.halfM))
  const q = Float64Array.from(model.restPose)
  const place = (z: number, opening: number) => {
    ik.solve({ x, y: 0, z }, 0, q)
    q[joint] = opening
    for (const { follower, leader, ratio, offset } of model.mimics) {
      q[follower] = ratio * q[leader]! + offset
    }
  }
  place(low, open)
  kinematics.forward(q)
  const aside = new Float64Array(3)
  rotate(kinematics.tipQuaternion, opens, aside)
  const reach = hasFixedJaw ? wanted.halfM + JAW_GAP_M : 0
  const yaw = yawOf(kinematics.tipQuaternion)
  const cube: ObjectPose = {
    position: Float64Array.of(
      kinematics.tip[0]! + reach * aside[0]!,
      kinematics.tip[1]! + reach * aside[1]!,
      wanted.halfM,
    ),
    quaternion: Float64Array.of(0, 0, Math.sin(yaw / 2), Math.cos(yaw / 2)),
  }
  engine.reset(0, gripPhysics(model, wanted), { q: Float64Array.from(q), objects: [cube] })
  const inHand = () => {
    const state = engine.state(0)
    kinematics.forward(state.q)
    const { link } = fingers[0]!
    const back = Float64Array.from(kinematics.linkQuaternion.subarray(4 * link, 4 * link + 4))
    for (let i = 0; i < 3; i++) back[i] = -back[i]!
    const out = new Float64Array(3)
    for (let i = 0; i < 3; i++) {
      out[i] = state.objects[0]!.position[i]! - kinematics.linkPosition[3 * link + i]!
    }
    rotate(back, out, out)
    return [...out]
  }
  const closingSpeed = hasFixedJaw ? 3 : 0.1
  let opening = open
  let before: number[] | undefined
  const dt = engine.timestepS
  for (let step = 0; step * dt < END_S; step++) {
    const timeS = step * dt
    if (timeS >= OPEN_UNTIL_S) {
      opening = closing * Math.min(wanted.squeeze, closing * opening + closingSpeed * dt)
    }
    place(low + Math.min(LIFT_M, Math.max(0, timeS - LIFT_FROM_S) * LIFT_M_PER_S), opening)
    engine.setTarget(0, q)
    engine.step()
    if (before === undefined && timeS >= HOLD_FROM_S) before = inHand()
  }
  const after = inHand()
  const slipM = Math.hypot(...after.map((value, i) => value - before![i]!))
  return {
    isHeld: engine.state(0).objects[0]!.position[2]! > LIFT_M / 2,
    slipMPerS: slipM / (END_S - HOLD_FROM_S),
    place: after,
  }
}
