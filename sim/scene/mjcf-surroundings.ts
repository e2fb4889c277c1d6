import type { ObjectPhysics, Physics } from '../engines/engine.ts'
import type { ArmTouch } from './mjcf-arm.ts'
import { join, NAMES } from './mjcf-names.ts'
import {
  createParts,
  FOOT_RADIUS_M,
  footCentre,
  numFeet,
  type ObjectPart,
  objectInertia,
  shapeParts,
} from './object.ts'
import { tableQuaternion } from './table.ts'

const CONTACT = 'condim="3" solref="0.004 1"'
/**
 * Feet, which slide under a light load. MuJoCo's convex contact lifts what slides: to the normal's acceleration it adds
 * µ b v, with b = 2 / (dmax timeconst) of the friction's `solref`. With that of `CONTACT` this is more than the weight
 * above 1 cm/s: a pushed puck hops from foot to foot by micrometres, 4 mm/s up and down. A slower friction keeps it
 * down, with a lower impedance too, since a foot bears a quarter of the weight.
 */
const STANDING = `${CONTACT} solreffriction="0.05 1" solimp="0.5 0.5 0.001"`
/**
 * A tip that hits or pushes. Its contact is overdamped, so that it throws nothing back: a tip that meets a puck at 0.5
 * m/s is 1 mm inside it after a step of 2 ms, which a critically damped spring answers by 0.14 m/s. And its friction is
 * fast, since it touches for a few milliseconds at a time. With a friction as slow as the feet's, pucks struck at 0.65
 * m/s turn half as far as planar mechanics says and end 26 mm off (`bench physics --fidelity --only strike`).
 */
const HITTING = 'condim="3" solref="0.004 3" solreffriction="0.004 1"'
/**
 * Small balls under the edges catch an object that tips over. A cylinder itself must not meet the table:
 * MuJoCo 3.14 now and then invents a contact, millimetres deep, between a plane and a cylinder that
 * stands on it almost exactly upright, and kicks it away.
 */
const NUM_RIM_BALLS = 8
const RIM_BALL_RADIUS_M = 0.002
const RIM_CLEARANCE_M = 0.0005

/** Geoms of the arm by name. */
interface ArmGeoms {
  readonly touch: ArmTouch
  /** What touches objects and table. */
  readonly touching: readonly string[]
  /** What else lies on the table. */
  readonly lying: readonly string[]
}

/**
 * MJCF of table and objects, and the only pairs of bodies that touch: tip or fingers with objects and table, other
 * links with the table, feet and edges of the objects with the table, objects with each other. Friction is given per
 * pair and not mixed from two materials.
 */
export function surroundingsToMjcf(physics: Physics, { touch, touching, lying }: ArmGeoms) {
  const objects = physics.objects.map((object, index) => describe(object, index))
  const pressing = touch === 'tip' ? HITTING : CONTACT
  const pairs = objects.flatMap(({ physics: { frictionTable, frictionTip }, balls, parts }) => [
    ...balls.map(({ name }) => pair(name, NAMES.table, frictionTable, STANDING)),
    ...parts.flatMap(({ name }) => touching.map((geom) => pair(geom, name, frictionTip, pressing))),
  ])
  return {
    bodies: [tableToMjcf(physics), ...objects.map(objectToMjcf)].join('\n'),
    pairs: [
      ...pairs,
      ...pairsOfObjects(objects),
      ...[...touching, ...lying].map((geom) => pair(geom, NAMES.table, physics.table.frictionTip)),
    ].join('\n'),
  }
}

interface DescribedObject {
  readonly physics: ObjectPhysics
  readonly parts: readonly (ObjectPart & { readonly name: string })[]
  readonly balls: readonly Ball[]
}

interface Ball {
  readonly name: string
  readonly radiusM: number
  readonly centre: ArrayLike<number>
}

function describe(physics: ObjectPhysics, index: number): DescribedObject {
  const parts = createParts(physics.shape.kind)
  shapeParts(physics.shape, parts)
  const feet = Array.from({ length: numFeet(physics.shape.kind) }, (_, foot) => {
    const centre = new Float64Array(3)
    footCentre(physics.shape, foot, centre)
    return { name: `foot-${index}-${foot}`, radiusM: FOOT_RADIUS_M, centre }
  })
  return {
    physics,
    parts: parts.map((part, k) => ({ ...part, name: NAMES.objectPart(index, k) })),
    balls: [...feet, ...parts.flatMap((part, k) => edgeBallsOf(physics, part, `${index}-${k}`))],
  }
}

function pairsOfObjects(objects: readonly DescribedObject[]): string[] {
  return objects.flatMap((first, i) =>
    objects.slice(i + 1).flatMap((second) => {
      const friction = Math.min(first.physics.frictionTip, second.physics.frictionTip)
      return first.parts.flatMap((a) => second.parts.map((b) => pair(a.name, b.name, friction)))
    }),
  )
}

function tableToMjcf({ table }: Physics): string {
  const quaternion = new Float64Array(4)
  tableQuaternion(table, quaternion)
  const [x, y, z, w] = quaternion
  return `<geom name="${NAMES.table}" type="plane" pos="0 0 ${table.heightM}" quat="${w} ${x} ${y} ${z}" size="0 0 1" contype="0" conaffinity="0"/>`
}

function objectToMjcf(object: DescribedObject, index: number): string {
  const { comM, massKg, shape } = object.physics
  const inertia = new Float64Array(3)
  objectInertia(shape, massKg, inertia)
  return `<body name="${NAMES.object(index)}"><freejoint name="${NAMES.objectJoint(index)}"/>
<inertial pos="${join(comM)}" mass="${massKg}" diaginertia="${join(inertia)}"/>
${object.parts.map(partToMjcf).join('\n')}
${object.balls.map(ballToMjcf).join('\n')}
</body>`
}

function partToMjcf({ name, kind, centreM, halfSizeM }: DescribedObject['parts'][number]): string {
  const size = kind === 'cylinder' ? [halfSizeM[0]!, halfSizeM[2]!] : halfSizeM
  return `<geom name="${name}" type="${kind}" size="${join(size)}" pos="${join(centreM)}" contype="0" conaffinity="0"/>`
}

/** Balls along the lower edge of an upright cylinder, at all corners of a box. */
function edgeBallsOf({ shape }: ObjectPhysics, part: ObjectPart, name: string): Ball[] {
  const { centreM, halfSizeM } = part
  const radiusM = RIM_BALL_RADIUS_M
  if (part.kind === 'cylinder') {
    const reach = halfSizeM[0]! - radiusM
    const height = RIM_CLEARANCE_M + radiusM - shape.halfSizeM[2]!
    return Array.from({ length: NUM_RIM_BALLS }, (_, index) => {
      const angle = (2 * Math.PI * (index + 0.5)) / NUM_RIM_BALLS
      const centre = [reach * Math.cos(angle), reach * Math.sin(angle), height]
      return { name: `rim-${name}-${index}`, radiusM, centre }
    })
  }
  return Array.from({ length: 8 }, (_, corner) => {
    const centre = [1, 2, 4].map((bit, axis) => {
      const reach = halfSizeM[axis]! - radiusM
      return centreM[axis]! + (corner & bit ? reach : -reach)
    })
    return { name: `rim-${name}-${corner}`, radiusM, centre }
  })
}

function ballToMjcf({ name, radiusM, centre }: Ball): string {
  return `<geom name="${name}" type="sphere" size="${radiusM}" pos="${join(centre)}" contype="0" conaffinity="0"/>`
}

function pair(geom1: string, geom2: string, friction: number, contact = CONTACT): string {
  return `<pair geom1="${geom1}" geom2="${geom2}" friction="${friction} ${friction} 0 0 0" ${contact}/>`
}
