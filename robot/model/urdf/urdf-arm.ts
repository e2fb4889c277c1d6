import { unknownNameHint } from '../../../configs/load/closest-name.ts'
import { CodedError } from '../../../configs/load/coded-error.ts'
import type { ArmDescription, JointDescription, ShapeDescription } from '../arm.schema.ts'
import { type BodyInertia, lumpInertia, rotateInertia } from '../lump-inertia.ts'
import {
  matrixFromQuaternion,
  multiplyQuaternions,
  quaternionFromRpy,
  rpyFromQuaternion,
  transformPoint,
} from '../pose.ts'
import { hullOfStl } from './stl.ts'
import type { UrdfJoint, UrdfLink, UrdfPose, UrdfRobot, UrdfShape } from './urdf.ts'
import type { SomeActuator, UrdfArmDescription } from './urdf-arm.schema.ts'

/** A continuous joint is given this range to either side [rad]. */
const CONTINUOUS_RANGE_RAD = 2 * Math.PI

/** Reads a mesh that the URDF names, or throws a CodedError. */
export type ReadMesh = (file: string) => Uint8Array

/**
 * The arm of a URDF and of what its YAML adds. Links on fixed joints become part of the link that carries
 * them. Throws ROBOT_ARM_INVALID for what is in neither file.
 */
export function armFromUrdf(
  overlay: UrdfArmDescription,
  robot: UrdfRobot,
  readMesh: ReadMesh,
): ArmDescription {
  const { urdf: _, packages: __, actuator: ___, joints: ____, tool, gripper, ...common } = overlay
  checkJointNames(overlay, robot)
  const placed = placeOnCarriers(robot)
  const inertias = lumpOnCarriers(robot, placed)
  const joints = robot.joints
    .filter(({ type }) => type !== 'fixed')
    .map((joint) => describeJoint(overlay, joint, placed, inertias))
  const placeOf = (link: string, what: string): PlacedLink =>
    placed.get(link) ??
    fail(overlay, `no link ${link} for ${what}`, unknownNameHint(link, [...placed.keys()]))
  const toolPlace = placeOf(tool.link, 'the tool')
  const base = inertias.get(robot.root)
  return {
    ...common,
    baseLink: robot.root,
    ...(base && { baseInertial: inertialOf(base) }),
    joints,
    tool: { ...tool, link: toolPlace.carrier, frame: frameOn(toolPlace, tool.frame) },
    ...(gripper && { gripper: { ...gripper, fingers: fingersOn(gripper.fingers, placeOf) } }),
    shapes: [...robot.links.values()].flatMap((link) =>
      shapesOf(link, placed.get(link.name)!, readMesh),
    ),
  }
}

type Fingers = NonNullable<ArmDescription['gripper']>['fingers']

/** Fingers on fixed links, on the links that carry them. */
function fingersOn(fingers: Fingers, placeOf: (link: string, what: string) => PlacedLink): Fingers {
  return fingers.map(({ link, pads }) => {
    const place = placeOf(link, 'a finger')
    return {
      link: place.carrier,
      pads: pads.map((pad) => ({ ...pad, frame: frameOn(place, pad.frame) })),
    }
  })
}

interface PlacedLink {
  /** Link that moves, or the root. */
  readonly carrier: string
  readonly position: Float64Array
  readonly quaternion: Float64Array
}

/** Where every link lies in the moving link, or root, that carries it. */
function placeOnCarriers(robot: UrdfRobot): Map<string, PlacedLink> {
  const still = { position: new Float64Array(3), quaternion: Float64Array.of(0, 0, 0, 1) }
  const placed = new Map<string, PlacedLink>([[robot.root, { carrier: robot.root, ...still }]])
  for (const joint of robot.joints) {
    const parent = placed.get(joint.parent)!
    if (joint.type !== 'fixed') {
      placed.set(joint.child, { carrier: joint.child, ...still })
      continue
    }
    const { xyzM, rpyRad } = frameOn(parent, joint.origin)
    const quaternion = new Float64Array(4)
    quaternionFromRpy(rpyRad, quaternion)
    placed.set(joint.child, {
      carrier: parent.carrier,
      position: Float64Array.from(xyzM),
      quaternion,
    })
  }
  return placed
}

/** Inertia of every carrier with all that is fixed to it. */
function lumpOnCarriers(
  robot: UrdfRobot,
  placed: ReadonlyMap<string, PlacedLink>,
): Map<string, BodyInertia> {
  const inertias = new Map<string, BodyInertia>()
  const centre = new Float64Array(3)
  const matrix = new Float64Array(9)
  for (const { name, inertial } of robot.links.values()) {
    if (inertial === null) continue
    const place = placed.get(name)!
    transformPoint(place, inertial.comM, centre)
    matrixFromQuaternion(place.quaternion, matrix)
    const body: BodyInertia = {
      massKg: inertial.massKg,
      comM: [...centre],
      inertiaKgM2: rotateInertia(matrix, inertial.inertiaKgM2),
    }
    const before = inertias.get(place.carrier)
    inertias.set(place.carrier, before === undefined ? body : lumpInertia(before, body))
  }
  return inertias
}

function describeJoint(
  overlay: UrdfArmDescription,
  joint: UrdfJoint,
  placed: ReadonlyMap<string, PlacedLink>,
  inertias: ReadonlyMap<string, BodyInertia>,
): JointDescription {
  const own = overlay.joints[joint.name]
  const parent = placed.get(joint.parent)!
  const inertia = inertias.get(joint.child)
  if (inertia === undefined) {
    fail(
      overlay,
      `the link ${joint.child} moves but has no mass`,
      'give it an <inertial> in the URDF',
    )
  }
  const range = CONTINUOUS_RANGE_RAD
  return {
    name: joint.name,
    type: joint.type === 'prismatic' ? 'prismatic' : 'revolute',
    parent: parent.carrier,
    link: joint.child,
    origin: frameOn(parent, joint.origin),
    axis: [...joint.axis],
    limits: { ...(joint.limits ?? { lower: -range, upper: range }), ...own?.limits },
    group: own?.group ?? (joint.mimic === null ? 'arm' : 'gripper'),
    inertial: inertialOf(inertia),
    actuator: actuatorOf(overlay, joint),
    ...(own?.servo && { servo: own.servo }),
    ...(joint.mimic && { mimic: { ...joint.mimic } }),
  }
}

function actuatorOf(overlay: UrdfArmDescription, joint: UrdfJoint): JointDescription['actuator'] {
  const fromUrdf = {
    ...(joint.damping !== null && { dampingNmSPerRad: joint.damping }),
    ...(joint.friction !== null && { coulombNm: joint.friction }),
    ...(joint.effort !== null && joint.effort > 0 && { stallTorqueNm: joint.effort }),
    ...(joint.velocity !== null && joint.velocity > 0 && { maxSpeedRadPerS: joint.velocity }),
  }
  const known: SomeActuator = {
    ...fromUrdf,
    ...overlay.actuator,
    ...overlay.joints[joint.name]?.actuator,
  }
  const need = (
    name: 'stiffnessNmPerRad' | 'dampingNmSPerRad' | 'stallTorqueNm' | 'maxSpeedRadPerS',
  ) =>
    known[name] ??
    fail(
      overlay,
      `joint ${joint.name} has no ${name}`,
      `write it under actuator, or under joints.${joint.name}.actuator`,
    )
  return {
    stiffnessNmPerRad: need('stiffnessNmPerRad'),
    dampingNmSPerRad: need('dampingNmSPerRad'),
    coulombNm: known.coulombNm ?? 0,
    armatureKgM2: known.armatureKgM2 ?? 0,
    stallTorqueNm: need('stallTorqueNm'),
    maxSpeedRadPerS: need('maxSpeedRadPerS'),
    ...(known.maxAccelerationRadPerS2 !== undefined && {
      maxAccelerationRadPerS2: known.maxAccelerationRadPerS2,
    }),
    backlashRad: known.backlashRad ?? 0,
    gravityCompensated: known.gravityCompensated ?? false,
    dampingControlled: known.dampingControlled ?? false,
  }
}

/** What is drawn and collides: collision shapes, visual ones where there are none. */
function shapesOf(link: UrdfLink, place: PlacedLink, readMesh: ReadMesh): ShapeDescription[] {
  const shapes = link.collisions.length > 0 ? link.collisions : link.visuals
  return shapes.map((shape) => shapeOn(place, shape, readMesh))
}

function shapeOn(
  place: PlacedLink,
  { pose, geometry }: UrdfShape,
  readMesh: ReadMesh,
): ShapeDescription {
  const common = { link: place.carrier, frame: frameOn(place, pose) }
  switch (geometry.kind) {
    case 'box':
      return { kind: 'box', ...common, halfSizeM: [...geometry.halfSizeM] }
    case 'cylinder':
      return { kind: 'cylinder', ...common, radiusM: geometry.radiusM, lengthM: geometry.lengthM }
    case 'sphere':
      return { kind: 'capsule', ...common, radiusM: geometry.radiusM, lengthM: 0 }
    case 'mesh':
      return { kind: 'hull', ...common, pointsM: hullOfStl(readMesh(geometry.file), geometry) }
  }
}

/** A pose given in a placed link, in the link that carries it. */
function frameOn(place: PlacedLink, pose: UrdfPose): JointDescription['origin'] {
  const isSame = place.position.every((x) => x === 0) && place.quaternion[3] === 1
  if (isSame) return { xyzM: [...pose.xyzM], rpyRad: [...pose.rpyRad] }
  const position = new Float64Array(3)
  const quaternion = new Float64Array(4)
  const rpy = new Float64Array(3)
  transformPoint(place, pose.xyzM, position)
  quaternionFromRpy(pose.rpyRad, quaternion)
  multiplyQuaternions(place.quaternion, quaternion, quaternion)
  rpyFromQuaternion(quaternion, rpy)
  return { xyzM: toVector(position), rpyRad: toVector(rpy) }
}

function toVector(values: ArrayLike<number>): [number, number, number] {
  return [values[0]!, values[1]!, values[2]!]
}

function inertialOf({ massKg, comM, inertiaKgM2 }: BodyInertia): JointDescription['inertial'] {
  return {
    massKg,
    comM: toVector(comM),
    inertiaKgM2: Array.from(inertiaKgM2) as JointDescription['inertial']['inertiaKgM2'],
  }
}

function checkJointNames(overlay: UrdfArmDescription, robot: UrdfRobot): void {
  const movable = robot.joints.filter(({ type }) => type !== 'fixed').map(({ name }) => name)
  for (const name of Object.keys(overlay.joints)) {
    if (movable.includes(name)) continue
    fail(overlay, `the URDF has no joint ${name} that moves`, unknownNameHint(name, movable))
  }
}

function fail(overlay: UrdfArmDescription, problem: string, hint?: string): never {
  const options = hint === undefined ? {} : { hint }
  throw new CodedError('ROBOT_ARM_INVALID', `${overlay.name}: ${problem}`, options)
}
