import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmDescription, JointDescription } from './arm.schema.ts'
import type { CompileArmOptions } from './compile-arm.ts'
import {
  multiplyQuaternions,
  quaternionFromAxisAngle,
  quaternionFromRpy,
  rotate,
  transformPoint,
} from './pose.ts'

/** Where a link of the description ends up in the compiled arm. */
export interface LinkPlacement {
  /** Whether the link's own joint is active; then it is its own carrier. */
  readonly isActive: boolean
  /** Active joint that carries the link, -1 for the base. */
  readonly carrier: number
  /** Placement of the link's frame in the carrier's frame: [3] and [4]. */
  readonly position: Float64Array
  readonly quaternion: Float64Array
}

/** Every link of the description by name, the base included. Throws ROBOT_ARM_INVALID. */
export function placeLinks(
  description: ArmDescription,
  options: CompileArmOptions,
): Map<string, LinkPlacement> {
  const active = activeJoints(description, options)
  const placements = new Map<string, LinkPlacement>()
  placements.set(description.baseLink, identityPlacement(-1, false))
  let numActive = 0
  for (const joint of description.joints) {
    const parent = placements.get(joint.parent)
    if (parent === undefined) {
      fail(
        description,
        `joint ${joint.name} hangs on ${joint.parent}, which no earlier joint moves`,
      )
    }
    if (placements.has(joint.link)) fail(description, `two joints move the link ${joint.link}`)
    if (active.has(joint.name)) {
      placements.set(joint.link, identityPlacement(numActive, true))
      numActive++
    } else {
      placements.set(
        joint.link,
        frozenPlacement(parent, joint, frozenValue(description, joint, options)),
      )
    }
  }
  return placements
}

function activeJoints(
  description: ArmDescription,
  { joints, frozen }: CompileArmOptions,
): Set<string> {
  const known = description.joints.map((joint) => joint.name)
  for (const name of [...(joints ?? []), ...Object.keys(frozen ?? {})]) {
    if (!known.includes(name))
      fail(description, `no joint ${name}`, `joints are ${known.join(', ')}`)
  }
  if (joints !== undefined) return new Set(joints)
  return new Set(description.joints.filter(({ group }) => group === 'arm').map(({ name }) => name))
}

function frozenValue(
  description: ArmDescription,
  joint: JointDescription,
  options: CompileArmOptions,
): number {
  const value = restValue(description, joint, options)
  const { lower, upper } = joint.limits
  if (value < lower || value > upper) {
    fail(
      description,
      `joint ${joint.name} held at ${value}, outside its limits ${lower} to ${upper}`,
    )
  }
  return value
}

/** What a frozen joint is held at; one that mimics another goes with it. */
function restValue(
  description: ArmDescription,
  { name, mimic }: JointDescription,
  options: CompileArmOptions,
): number {
  const own = options.frozen?.[name]
  if (own !== undefined || mimic === undefined) {
    return own ?? description.poses.rest[name] ?? 0
  }
  const leader = description.joints.find((each) => each.name === mimic.joint)
  if (leader === undefined)
    fail(description, `joint ${name} mimics ${mimic.joint}, which is not there`)
  return mimic.multiplier * restValue(description, leader, options) + mimic.offset
}

function identityPlacement(carrier: number, isActive: boolean): LinkPlacement {
  const quaternion = Float64Array.of(0, 0, 0, 1)
  return { isActive, carrier, position: new Float64Array(3), quaternion }
}

function frozenPlacement(
  parent: LinkPlacement,
  joint: JointDescription,
  value: number,
): LinkPlacement {
  const position = new Float64Array(3)
  const quaternion = new Float64Array(4)
  const motion = new Float64Array(4)
  transformPoint(parent, joint.origin.xyzM, position)
  quaternionFromRpy(joint.origin.rpyRad, quaternion)
  multiplyQuaternions(parent.quaternion, quaternion, quaternion)
  const length = Math.hypot(...joint.axis)
  const axis = joint.axis.map((component) => component / length)
  if (joint.type === 'prismatic') {
    rotate(quaternion, axis, motion)
    for (let k = 0; k < 3; k++) position[k] = position[k]! + motion[k]! * value
  } else {
    quaternionFromAxisAngle(axis, value, motion)
    multiplyQuaternions(quaternion, motion, quaternion)
  }
  return { isActive: false, carrier: parent.carrier, position, quaternion }
}

function fail(description: ArmDescription, problem: string, hint?: string): never {
  const options = hint === undefined ? {} : { hint }
  throw new CodedError('ROBOT_ARM_INVALID', `${description.name}: ${problem}`, options)
}
