import type { ArmDescription, JointDescription, ShapeDescription } from '../arm.schema.ts'

type Vector3 = readonly [number, number, number]

/**
 * An arm as URDF text, for other programs. Joint limits carry stall torque and top speed. Capsules become a
 * cylinder with a ball at either end; hulls of meshes are left out, URDF has no points.
 */
export function writeUrdf(arm: ArmDescription): string {
  const links = [arm.baseLink, ...arm.joints.map(({ link }) => link)]
  const inertials = new Map<string, JointDescription['inertial'] | undefined>([
    [arm.baseLink, arm.baseInertial],
    ...arm.joints.map(({ link, inertial }) => [link, inertial] as const),
  ])
  const body = [
    ...links.map((link) => writeLink(link, inertials.get(link), arm.shapes)),
    ...arm.joints.map(writeJoint),
    writeTool(arm.tool),
  ]
  return `<?xml version="1.0"?>\n<robot name="${escaped(arm.name)}">\n${body.join('\n')}\n</robot>\n`
}

function writeLink(
  name: string,
  inertial: JointDescription['inertial'] | undefined,
  shapes: readonly ShapeDescription[],
): string {
  const geometries = shapes.filter(({ link }) => link === name).flatMap(geometriesOf)
  const parts = [
    ...(inertial === undefined ? [] : [writeInertial(inertial)]),
    ...['visual', 'collision'].flatMap((role) =>
      geometries.map(
        ({ origin, geometry }) =>
          `    <${role}>${origin}<geometry>${geometry}</geometry></${role}>`,
      ),
    ),
  ]
  return `  <link name="${escaped(name)}">\n${parts.join('\n')}\n  </link>`
}

function writeInertial({ massKg, comM, inertiaKgM2 }: JointDescription['inertial']): string {
  const [ixx, iyy, izz, ixy, ixz, iyz] = inertiaKgM2
  return `    <inertial><origin xyz="${comM.join(' ')}"/><mass value="${massKg}"/><inertia ixx="${ixx}" ixy="${ixy}" ixz="${ixz}" iyy="${iyy}" iyz="${iyz}" izz="${izz}"/></inertial>`
}

function writeJoint(joint: JointDescription): string {
  const { actuator, limits, mimic } = joint
  const { lower, upper } = limits
  const parts = [
    `<parent link="${escaped(joint.parent)}"/><child link="${escaped(joint.link)}"/>`,
    originOf(joint.origin.xyzM, joint.origin.rpyRad),
    `<axis xyz="${joint.axis.join(' ')}"/>`,
    `<limit lower="${lower}" upper="${upper}" effort="${actuator.stallTorqueNm}" velocity="${actuator.maxSpeedRadPerS}"/>`,
    `<dynamics damping="${actuator.dampingNmSPerRad}" friction="${actuator.coulombNm}"/>`,
    ...(mimic === undefined
      ? []
      : [
          `<mimic joint="${escaped(mimic.joint)}" multiplier="${mimic.multiplier}" offset="${mimic.offset}"/>`,
        ]),
  ]
  return `  <joint name="${escaped(joint.name)}" type="${joint.type}">\n    ${parts.join('\n    ')}\n  </joint>`
}

/** The tool point as a link of its own on a fixed joint. */
function writeTool({ link, frame }: ArmDescription['tool']): string {
  return `  <link name="tool_point"/>
  <joint name="tool_point_fixed" type="fixed">
    <parent link="${escaped(link)}"/><child link="tool_point"/>
    ${originOf(frame.xyzM, frame.rpyRad)}
  </joint>`
}

function geometriesOf(shape: ShapeDescription): { origin: string; geometry: string }[] {
  const origin = originOf(shape.frame.xyzM, shape.frame.rpyRad)
  switch (shape.kind) {
    case 'box':
      return [
        { origin, geometry: `<box size="${shape.halfSizeM.map((half) => 2 * half).join(' ')}"/>` },
      ]
    case 'cylinder':
      return [{ origin, geometry: cylinder(shape) }]
    case 'capsule': {
      const ball = `<sphere radius="${shape.radiusM}"/>`
      const ends = [-1, 1].map((side) => ({
        origin: originOf(endOf(shape, side), [0, 0, 0]),
        geometry: ball,
      }))
      return shape.lengthM === 0
        ? [{ origin, geometry: ball }]
        : [{ origin, geometry: cylinder(shape) }, ...ends]
    }
    case 'hull':
      return []
  }
}

function cylinder({ radiusM, lengthM }: { radiusM: number; lengthM: number }): string {
  return `<cylinder radius="${radiusM}" length="${lengthM}"/>`
}

/** Centre of a capsule's round end: along its frame's z axis. */
function endOf(
  { frame, lengthM }: { frame: JointDescription['origin']; lengthM: number },
  side: number,
): Vector3 {
  const [roll, pitch, yaw] = frame.rpyRad
  const half = (side * lengthM) / 2
  const [x, y, z] = frame.xyzM
  // Third column of Rz(yaw) Ry(pitch) Rx(roll).
  return [
    x + half * (Math.cos(yaw) * Math.sin(pitch) * Math.cos(roll) + Math.sin(yaw) * Math.sin(roll)),
    y + half * (Math.sin(yaw) * Math.sin(pitch) * Math.cos(roll) - Math.cos(yaw) * Math.sin(roll)),
    z + half * Math.cos(pitch) * Math.cos(roll),
  ]
}

function originOf(xyz: Vector3, rpy: Vector3): string {
  return `<origin xyz="${xyz.join(' ')}" rpy="${rpy.join(' ')}"/>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
