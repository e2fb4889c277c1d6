import { isInertia, rotateInertia } from '../lump-inertia.ts'
import { matrixFromQuaternion, quaternionFromRpy } from '../pose.ts'
import {
  URDF_JOINT_TYPES,
  type UrdfGeometry,
  type UrdfInertial,
  type UrdfJoint,
  type UrdfJointType,
  type UrdfLink,
  type UrdfPose,
  type UrdfRobot,
  type UrdfShape,
} from './urdf.ts'
import { UrdfReader } from './urdf-reader.ts'
import { orderJoints } from './urdf-tree.ts'
import { parseXml, type XmlElement } from './xml.ts'

const XACRO = 'http://www.ros.org/wiki/xacro'

/**
 * Reads a URDF. Throws ROBOT_URDF_INVALID with line, column and element on anything that is not one well-formed
 * tree of links.
 *
 * @param file - named in errors
 */
export function readUrdf(text: string, file: string): UrdfRobot {
  const reader = new UrdfReader({ file })
  const root = parseXml(text, { file })
  refuseXacro(reader, root)
  if (root.name !== 'robot') reader.fail(root, 'expected <robot>')
  const links = new Map<string, UrdfLink>()
  for (const element of reader.children(root, 'link')) {
    const link = readLink(reader, element)
    if (links.has(link.name)) reader.fail(element, 'there is a link of this name already')
    links.set(link.name, link)
  }
  if (links.size === 0) reader.fail(root, 'expected at least one link')
  const joints = reader.children(root, 'joint').map((element) => readJoint(reader, element))
  return {
    name: root.attributes['name'] ?? 'robot',
    links,
    ...orderJoints(reader, root, links, joints),
  }
}

function refuseXacro(reader: UrdfReader, root: XmlElement): void {
  const isXacro =
    Object.entries(root.attributes).some(
      ([name, value]) => name === 'xmlns:xacro' || value === XACRO,
    ) && hasXacro(root)
  if (!isXacro) return
  reader.fail(root, 'this is xacro, not URDF', 'expand it first: xacro FILE.xacro > FILE.urdf')
}

function hasXacro({ name, children }: XmlElement): boolean {
  return name.startsWith('xacro:') || children.some(hasXacro)
}

function readLink(reader: UrdfReader, element: XmlElement): UrdfLink {
  const shapes = (name: string): UrdfShape[] =>
    reader.children(element, name).map((shape) => ({
      pose: readOrigin(reader, shape),
      geometry: readGeometry(reader, shape),
      element: shape,
    }))
  const inertial = reader.child(element, 'inertial')
  return {
    name: reader.text(element, 'name'),
    inertial: inertial === undefined ? null : readInertial(reader, inertial),
    collisions: shapes('collision'),
    visuals: shapes('visual'),
    element,
  }
}

function readInertial(reader: UrdfReader, element: XmlElement): UrdfInertial {
  const massKg = reader.number(reader.need(element, 'mass'), 'value')
  const tensor = reader.need(element, 'inertia')
  const own = ['ixx', 'iyy', 'izz', 'ixy', 'ixz', 'iyz'].map((name) =>
    reader.number(tensor, name),
  ) as unknown as Inertia
  if (massKg <= 0) reader.fail(element, `expected a positive mass, found ${massKg}`)
  if (!isInertia(own)) {
    reader.fail(
      tensor,
      'expected positive moments of inertia',
      'a body without inertia cannot be simulated',
    )
  }
  const { xyzM, rpyRad } = readOrigin(reader, element)
  const quaternion = new Float64Array(4)
  const matrix = new Float64Array(9)
  quaternionFromRpy(rpyRad, quaternion)
  matrixFromQuaternion(quaternion, matrix)
  return {
    massKg,
    comM: xyzM,
    inertiaKgM2: rotateInertia(matrix, own) as unknown as Inertia,
  }
}

type Inertia = UrdfInertial['inertiaKgM2']

function readGeometry(reader: UrdfReader, shape: XmlElement): UrdfGeometry {
  const geometry = reader.need(shape, 'geometry')
  const [kind] = geometry.children
  if (kind === undefined) reader.fail(geometry, 'expected a shape')
  const length = (from: XmlElement, name: string) => {
    const value = reader.number(from, name)
    return value > 0 ? value : reader.fail(from, `expected ${name} above 0, found ${value}`)
  }
  switch (kind.name) {
    case 'box': {
      const [x, y, z] = reader.vector(kind, 'size')
      if (Math.min(x, y, z) <= 0)
        reader.fail(kind, `expected lengths above 0, found ${x} ${y} ${z}`)
      return { kind: 'box', halfSizeM: [x / 2, y / 2, z / 2] }
    }
    case 'cylinder':
    case 'capsule':
      return {
        kind: 'cylinder',
        radiusM: length(kind, 'radius'),
        lengthM: length(kind, 'length'),
      }
    case 'sphere':
      return { kind: 'sphere', radiusM: length(kind, 'radius') }
    case 'mesh':
      return {
        kind: 'mesh',
        file: reader.text(kind, 'filename'),
        scale: reader.vector(kind, 'scale', [1, 1, 1]),
      }
    default:
      return reader.fail(kind, 'expected box, cylinder, sphere or mesh')
  }
}

function readJoint(reader: UrdfReader, element: XmlElement): UrdfJoint {
  const type = reader.text(element, 'type')
  if (!(URDF_JOINT_TYPES as readonly string[]).includes(type)) {
    reader.fail(element, `expected a type of ${URDF_JOINT_TYPES.join(', ')}, found ${type}`)
  }
  const limit = reader.child(element, 'limit')
  const dynamics = reader.child(element, 'dynamics')
  const mimic = reader.child(element, 'mimic')
  const optional = (from: XmlElement | undefined, name: string) =>
    from?.attributes[name] === undefined ? null : reader.number(from, name)
  const loss = (from: XmlElement | undefined, name: string) => {
    const value = optional(from, name)
    if (value === null || value >= 0) return value
    return reader.fail(from!, `expected ${name} of 0 or more, found ${value}`)
  }
  return {
    name: reader.text(element, 'name'),
    type: type as UrdfJointType,
    parent: reader.text(reader.need(element, 'parent'), 'link'),
    child: reader.text(reader.need(element, 'child'), 'link'),
    origin: readOrigin(reader, element),
    axis: readAxis(reader, element),
    limits: readLimits(reader, element, type as UrdfJointType, limit),
    effort: optional(limit, 'effort'),
    velocity: optional(limit, 'velocity'),
    damping: loss(dynamics, 'damping'),
    friction: loss(dynamics, 'friction'),
    mimic:
      (mimic && {
        joint: reader.text(mimic, 'joint'),
        multiplier: optional(mimic, 'multiplier') ?? 1,
        offset: optional(mimic, 'offset') ?? 0,
      }) ||
      null,
    element,
  }
}

function readLimits(
  reader: UrdfReader,
  element: XmlElement,
  type: UrdfJointType,
  limit: XmlElement | undefined,
): UrdfJoint['limits'] {
  if (type !== 'revolute' && type !== 'prismatic') return null
  if (limit === undefined) reader.fail(element, `a ${type} joint needs <limit>`)
  const lower = limit.attributes['lower'] === undefined ? 0 : reader.number(limit, 'lower')
  const upper = limit.attributes['upper'] === undefined ? 0 : reader.number(limit, 'upper')
  if (lower > upper) reader.fail(limit, `expected lower ≤ upper, found ${lower} and ${upper}`)
  return { lower, upper }
}

function readAxis(reader: UrdfReader, element: XmlElement): UrdfJoint['axis'] {
  const axis = reader.child(element, 'axis')
  if (axis === undefined) return [1, 0, 0]
  const [x, y, z] = reader.vector(axis, 'xyz')
  const length = Math.hypot(x, y, z)
  if (length < 1e-9) reader.fail(axis, 'expected a direction, found zeros')
  return [x / length, y / length, z / length]
}

function readOrigin(reader: UrdfReader, element: XmlElement): UrdfPose {
  const origin = reader.child(element, 'origin')
  if (origin === undefined) return { xyzM: [0, 0, 0], rpyRad: [0, 0, 0] }
  return {
    xyzM: reader.vector(origin, 'xyz', [0, 0, 0]),
    rpyRad: reader.vector(origin, 'rpy', [0, 0, 0]),
  }
}
