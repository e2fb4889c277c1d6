import type { ArmModel } from '../../../../robot/model/arm.ts'
import { compileArm } from '../../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../../robot/model/kinematics.ts'
import { loadArmDescription } from '../../../../robot/model/load-arm.node.ts'
import { invertQuaternion, quaternionFromYaw, rotate, yawOf } from '../../../../robot/model/pose.ts'
import { createToolIk } from '../../../../robot/model/tool-ik.ts'
import type { Engine, ObjectPose, Physics } from '../../../../sim/engines/engine.ts'
import { boxPhysics, nominalPhysics } from './table-world.ts'

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
  /** Where the gripper's joint begins, default open [rad or m]. */
  readonly opening?: number
  /** Whether the gripper's joint is without friction, damping and weight, default as the arm's. */
  readonly isIdeal?: boolean
}

/** What became of a cube that was gripped, lifted by 10 cm and held for two seconds. */
export interface Held {
  readonly isHeld: boolean
  /** Of the cube against the hand, over the last two seconds [m/s]. */
  readonly slipMPerS: number
  /** Cube against the hand at the end, in the frame of the first finger's link [3], [m]. */
  readonly place: readonly number[]
  /** Joints at the end [numJoints], [rad or m]. */
  readonly q: Float64Array
}

const OPEN_UNTIL_S = 0.5
const LIFT_FROM_S = 1.2
const HOLD_FROM_S = 2.4
const END_S = 4.4
const LIFT_M = 0.1
const LIFT_M_PER_S = 0.12
const JAW_GAP_M = 0.001
const NEXT_TO_NOTHING_KG = 1e-4

/** An arm with all its joints, the gripper's too. */
export function wholeArm(name: string): ArmModel {
  const description = loadArmDescription(name)
  return compileArm(description, { joints: description.joints.map((joint) => joint.name) })
}

/** Arm as described, a table, one cube. */
export function gripPhysics(model: ArmModel, grip: Grip): Physics {
  const { massKg, halfM, friction, stall, isIdeal } = grip
  const physics = nominalPhysics(model)
  physics.backlashRad.set(model.backlashRad)
  const { joint } = model.gripper!
  if (stall !== undefined) physics.stallTorqueNm[joint] = stall
  if (isIdeal === true) {
    physics.coulombNm[joint] = 0
    physics.dampingNmSPerRad[joint] = 0
    physics.linkMassKg[joint] = NEXT_TO_NOTHING_KG
  }
  const cube = boxPhysics([halfM, halfM, halfM], massKg, { table: 0.5, tip: friction })
  return { ...physics, objects: [cube] }
}

/** Grips cubes from above, each with an arm of an engine made for one box per arm. @param x - of the cubes [m] */
export function grip(
  engine: Engine,
  model: ArmModel,
  x: number,
  wanted: readonly Grip[],
): readonly Held[] {
  const hands = wanted.map((each) => new Hand(model, x, each))
  const dt = engine.timestepS
  hands.forEach(({ physics, cube, q }, index) => {
    engine.reset(index, physics, { q: Float64Array.from(q), objects: [cube] })
  })
  for (let step = 0; step * dt < END_S; step++) {
    const timeS = step * dt
    hands.forEach((hand, index) => {
      hand.move(timeS, dt)
      engine.setTarget(index, hand.q)
    })
    engine.step()
    const hasBegunToHold = timeS >= HOLD_FROM_S && timeS - dt < HOLD_FROM_S
    if (!hasBegunToHold) continue
    for (const [index, hand] of hands.entries()) hand.before = hand.cubeInHand(engine, index)
  }
  return hands.map((hand, index) => hand.result(engine, index))
}

/** One arm on its way: opens, goes down, closes, lifts, holds. */
class Hand {
  readonly physics: Physics
  readonly cube: ObjectPose
  /** Set-points [numJoints]. */
  readonly q: Float64Array
  before: readonly number[] = [0, 0, 0]
  private readonly model: ArmModel
  private readonly x: number
  private readonly low: number
  private readonly wanted: Grip
  private readonly kinematics: ArmKinematics
  private readonly ik: ReturnType<typeof createToolIk>
  private opening: number

  constructor(model: ArmModel, x: number, wanted: Grip) {
    const { open, hasFixedJaw } = model.gripper!
    this.model = model
    this.x = x
    this.wanted = wanted
    this.low = wanted.lowM ?? (hasFixedJaw ? 0.004 : Math.max(0.012, wanted.halfM))
    this.physics = gripPhysics(model, wanted)
    this.kinematics = new ArmKinematics(model)
    this.q = Float64Array.from(model.restPose)
    this.opening = wanted.opening ?? open
    createToolIk(model, { iterations: 60 }).solve({ x, y: 0, z: this.low }, 0, this.q)
    this.ik = createToolIk(model)
    this.place(this.low)
    this.cube = this.between()
  }

  move(timeS: number, dt: number): void {
    const { hasFixedJaw, open, closed } = this.model.gripper!
    const closing = Math.sign(closed - open)
    const closingSpeed = hasFixedJaw ? 3 : 0.1
    if (timeS >= OPEN_UNTIL_S) {
      const further = closing * this.opening + closingSpeed * dt
      this.opening = closing * Math.min(this.wanted.squeeze, further)
    }
    const rise = Math.min(LIFT_M, Math.max(0, timeS - LIFT_FROM_S) * LIFT_M_PER_S)
    this.place(this.low + rise)
  }

  /** Where the cube is in the hand: in the frame of the first finger's link [3]. */
  cubeInHand(engine: Engine, index: number): readonly number[] {
    const { q, objects } = engine.state(index)
    this.kinematics.forward(q)
    const { linkPosition, linkQuaternion } = this.kinematics
    const { link } = this.model.gripper!.fingers[0]!
    const back = new Float64Array(4)
    invertQuaternion(linkQuaternion.subarray(4 * link, 4 * link + 4), back)
    const out = objects[0]!.position.map((value, i) => value - linkPosition[3 * link + i]!)
    rotate(back, out, out)
    return [...out]
  }

  result(engine: Engine, index: number): Held {
    const place = this.cubeInHand(engine, index)
    const slipM = Math.hypot(...place.map((value, i) => value - this.before[i]!))
    const { q, objects } = engine.state(index)
    return {
      isHeld: objects[0]!.position[2]! > LIFT_M / 2,
      slipMPerS: slipM / (END_S - HOLD_FROM_S),
      place,
      q: Float64Array.from(q),
    }
  }

  private place(z: number): void {
    const { model, q } = this
    this.ik.solve({ x: this.x, y: 0, z }, 0, q)
    q[model.gripper!.joint] = this.opening
    for (const { follower, leader, ratio, offset } of model.mimics) {
      q[follower] = ratio * q[leader]! + offset
    }
  }

  /** The cube's pose between the open fingers, beside a fixed one. */
  private between(): ObjectPose {
    const { opens, hasFixedJaw } = this.model.gripper!
    const { halfM } = this.wanted
    this.kinematics.forward(this.q)
    const { tip, tipQuaternion } = this.kinematics
    const aside = new Float64Array(3)
    rotate(tipQuaternion, opens, aside)
    const reach = hasFixedJaw ? halfM + JAW_GAP_M : 0
    return {
      position: Float64Array.of(tip[0]! + reach * aside[0]!, tip[1]! + reach * aside[1]!, halfM),
      quaternion: quaternionFromYaw(yawOf(tipQuaternion)),
    }
  }
}
