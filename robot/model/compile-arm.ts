import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmDescription, JointDescription } from './arm.schema.ts'
import type { ArmModel, Finger, GripperModel, Mimic } from './arm.ts'
import { type BodyInertia, lumpInertia, rotateInertia } from './lump-inertia.ts'
import { type LinkPlacement, placeLinks } from './place-links.ts'
import {
  matrixFromQuaternion,
  multiplyQuaternions,
  quaternionFromRpy,
  rotate,
  transformPoint,
} from './pose.ts'

export interface CompileArmOptions {
  /** Joints that move; default: those of group `arm`. */
  readonly joints?: readonly string[]
  /** Where the other joints are held [rad or m]; default: their place in the rest pose, else 0. */
  readonly frozen?: Readonly<Record<string, number>>
}

/**
 * The arm with its active joints only. Links behind frozen joints become part of the link that carries
 * them, with their whole inertia. Throws ROBOT_ARM_INVALID on a description that does not hang together.
 */
export function compileArm(description: ArmDescription, options: CompileArmOptions = {}): ArmModel {
  const placements = placeLinks(description, options)
  const active = description.joints.filter((joint) => placements.get(joint.link)!.isActive)
  if (active.length === 0)
    throw new CodedError('ROBOT_ARM_INVALID', `${description.name}: no active joint`)
  const origins = active.map((joint) => frameIn(placements.get(joint.parent)!, joint.origin))
  const bodies = lumpBodies(description, placements, active.length)
  const axes = active.map((joint) => unit(joint.axis, `axis of ${joint.name}`))
  const actuators = active.map((joint) => joint.actuator)
  return {
    name: description.name,
    jointNames: active.map((joint) => joint.name),
    numJoints: active.length,
    parent: Int32Array.from(active, (joint) => placements.get(joint.parent)!.carrier),
    isPrismatic: Uint8Array.from(active, (joint) => (joint.type === 'prismatic' ? 1 : 0)),
    originPosition: Float64Array.from(origins.flatMap((origin) => [...origin.position])),
    originQuaternion: Float64Array.from(origins.flatMap((origin) => [...origin.quaternion])),
    axis: Float64Array.from(axes.flat()),
    massKg: Float64Array.from(bodies, (body) => body.massKg),
    comM: Float64Array.from(bodies.flatMap((body) => Array.from(body.comM))),
    inertiaKgM2: Float64Array.from(bodies.flatMap((body) => Array.from(body.inertiaKgM2))),
    lower: Float64Array.from(active, (joint) => joint.limits.lower),
    upper: Float64Array.from(active, (joint) => joint.limits.upper),
    stiffnessNmPerRad: Float64Array.from(actuators, (each) => each.stiffnessNmPerRad),
    dampingNmSPerRad: Float64Array.from(actuators, (each) => each.dampingNmSPerRad),
    coulombNm: Float64Array.from(actuators, (each) => each.coulombNm),
    armatureKgM2: Float64Array.from(actuators, (each) => each.armatureKgM2),
    stallTorqueNm: Float64Array.from(actuators, (each) => each.stallTorqueNm),
    maxSpeedRadPerS: Float64Array.from(actuators, (each) => each.maxSpeedRadPerS),
    maxAccelerationRadPerS2: Float64Array.from(
      actuators,
      (each) => each.maxAccelerationRadPerS2 ?? Number.POSITIVE_INFINITY,
    ),
    backlashRad: Float64Array.from(actuators, (each) => each.backlashRad),
    isGravityCompensated: Uint8Array.from(actuators, (each) => (each.gravityCompensated ? 1 : 0)),
    isDampingControlled: Uint8Array.from(actuators, (each) => (each.dampingControlled ? 1 : 0)),
    mimics: compileMimics(description, active),
    tool: compileTool(description, placements),
    gripper: compileGripper(description, active, placements),
    restPose: Float64Array.from(active, (joint) => description.poses.rest[joint.name] ?? 0),
  }
}

type Frame = JointDescription['origin']

/** A frame given in a description link, in the active link that carries that link. */
function frameIn(placement: LinkPlacement, frame: Frame) {
  const position = new Float64Array(3)
  const quaternion = new Float64Array(4)
  transformPoint(placement, frame.xyzM, position)
  quaternionFromRpy(frame.rpyRad, quaternion)
  multiplyQuaternions(placement.quaternion, quaternion, quaternion)
  return { position, quaternion }
}

/** Inertia of each active link together with all the links it carries rigidly. */
function lumpBodies(
  description: ArmDescription,
  placements: ReadonlyMap<string, LinkPlacement>,
  numJoints: number,
): BodyInertia[] {
  const bodies = new Array<BodyInertia | undefined>(numJoints).fill(undefined)
  const point = new Float64Array(3)
  const matrix = new Float64Array(9)
  for (const { link, inertial } of description.joints) {
    const placement = placements.get(link)!
    if (placement.carrier < 0) continue
    transformPoint(placement, inertial.comM, point)
    matrixFromQuaternion(placement.quaternion, matrix)
    const body: BodyInertia = {
      massKg: inertial.massKg,
      comM: [...point],
      inertiaKgM2: rotateInertia(matrix, inertial.inertiaKgM2),
    }
    const before = bodies[placement.carrier]
    bodies[placement.carrier] = before === undefined ? body : lumpInertia(before, body)
  }
  return bodies as BodyInertia[]
}

function compileTool(
  description: ArmDescription,
  placements: ReadonlyMap<string, LinkPlacement>,
): ArmModel['tool'] {
  const { tool } = description
  checkToolMoves(description, placements)
  const placement = placements.get(tool.link)
  if (placement === undefined || placement.carrier < 0) {
    const message = `${description.name}: the tool link ${tool.link} is not moved by any active joint`
    throw new CodedError('ROBOT_ARM_INVALID', message)
  }
  const { position, quaternion } = frameIn(placement, tool.frame)
  const approach = new Float64Array(3)
  rotate(quaternion, unit(tool.approachAxis, 'approachAxis'), approach)
  const { tipRadiusM, tipLengthM } = tool
  return { link: placement.carrier, position, quaternion, approach, tipRadiusM, tipLengthM }
}

/** What moves its leader moves it: it cannot stand still on the way to the tool point. */
function checkToolMoves(
  { joints, name, tool }: ArmDescription,
  placements: ReadonlyMap<string, LinkPlacement>,
): void {
  const isActive = ({ link }: JointDescription) => placements.get(link)!.isActive
  let link = tool.link
  for (;;) {
    const joint = joints.find((each) => each.link === link)
    if (joint === undefined) return
    const leader = joints.find((each) => each.name === joint.mimic?.joint)
    if (leader !== undefined && isActive(leader) && !isActive(joint)) {
      throw new CodedError(
        'ROBOT_ARM_INVALID',
        `${name}: the tool hangs on ${joint.name}, which is held while ${leader.name} moves it`,
        { hint: 'every joint on the way to the tool point has to have a motor of its own' },
      )
    }
    link = joint.parent
  }
}

/** Followers among the active joints; both they and their leaders must be active. */
function compileMimics(description: ArmDescription, active: readonly JointDescription[]): Mimic[] {
  return active.flatMap(({ name, mimic }, follower) => {
    if (mimic === undefined) return []
    const leader = active.findIndex((joint) => joint.name === mimic.joint)
    if (leader < 0) {
      throw new CodedError(
        'ROBOT_ARM_INVALID',
        `${description.name}: ${name} mimics ${mimic.joint}, which does not move`,
        { hint: 'let both joints move, or neither' },
      )
    }
    return [{ leader, follower, ratio: mimic.multiplier, offset: mimic.offset }]
  })
}

function compileGripper(
  { gripper, name }: ArmDescription,
  active: readonly JointDescription[],
  placements: ReadonlyMap<string, LinkPlacement>,
): GripperModel | undefined {
  const joint = active.findIndex((each) => each.name === gripper?.joint)
  if (gripper === undefined || joint < 0) return undefined
  const { open, closed, hasFixedJaw } = gripper
  const opens = Float64Array.from(unit(gripper.opens, 'opens'))
  const fingers = gripper.fingers.map(({ link, pads }): Finger => {
    const placement = placements.get(link)
    if (placement === undefined || placement.carrier < 0) {
      throw new CodedError('ROBOT_ARM_INVALID', `${name}: a finger on ${link}, which nothing moves`)
    }
    return {
      link: placement.carrier,
      pads: pads.map(({ frame, halfSizeM }) => ({
        ...frameIn(placement, frame),
        halfSizeM: Float64Array.from(halfSizeM),
      })),
    }
  })
  return { joint, open, closed, hasFixedJaw, opens, fingers }
}

function unit(vector: readonly number[], what: string): number[] {
  const length = Math.hypot(...vector)
  if (length < 1e-9)
    throw new CodedError('ROBOT_ARM_INVALID', `${what}: expected a direction, found zeros`)
  return vector.map((component) => component / length)
}
