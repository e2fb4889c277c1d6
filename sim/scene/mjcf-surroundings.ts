import type { Physics } from '../engines/engine.ts'
import { join, NAMES } from './mjcf-names.ts'
import {
  CYLINDER_OFFSET_M,
  cylinderHalfHeight,
  FOOT_RADIUS_M,
  footCentre,
  NUM_FEET,
  puckInertia,
} from './puck.ts'
import { tableQuaternion } from './table.ts'

type Vector3 = readonly [number, number, number]

const CONTACT = 'condim="3" solref="0.004 1"'
/**
 * Small balls under the rim catch an object that tips over. The cylinder itself must not meet the table:
 * MuJoCo 3.14 now and then invents a contact, millimetres deep, between a plane and a cylinder that
 * stands on it almost exactly upright, and kicks it away.
 */
const NUM_RIM_BALLS = 8
const RIM_BALL_RADIUS_M = 0.002
const RIM_CLEARANCE_M = 0.0005

/**
 * MJCF of table and object, and the only pairs of bodies that touch: the tip with object and table,
 * the object's feet and rim with the table. Friction is given per pair and not mixed from two materials.
 */
export function surroundingsToMjcf(physics: Physics, objectComM: Vector3) {
  const { object, table } = physics
  const balls = [...feetOf(object), ...rimBallsOf(object)]
  return {
    bodies: `${tableToMjcf(physics)}\n${objectToMjcf(physics, balls, objectComM)}`,
    pairs: [
      ...balls.map(({ name }) => pair(name, NAMES.table, object.frictionTable)),
      pair(NAMES.tip, NAMES.object, object.frictionTip),
      pair(NAMES.tip, NAMES.table, table.frictionTip),
    ].join('\n'),
  }
}

function tableToMjcf({ table }: Physics): string {
  const quaternion = new Float64Array(4)
  tableQuaternion(table, quaternion)
  const [x, y, z, w] = quaternion
  return `<geom name="${NAMES.table}" type="plane" pos="0 0 ${table.heightM}" quat="${w} ${x} ${y} ${z}" size="0 0 1" contype="0" conaffinity="0"/>`
}

function objectToMjcf({ object }: Physics, balls: readonly Ball[], comM: Vector3): string {
  const inertia = new Float64Array(3)
  puckInertia(object, inertia)
  return `<body name="${NAMES.object}"><freejoint name="${NAMES.objectJoint}"/>
<inertial pos="${join(comM)}" mass="${object.massKg}" diaginertia="${join(inertia)}"/>
<geom name="${NAMES.object}" type="cylinder" size="${object.radiusM} ${cylinderHalfHeight(object)}" pos="0 0 ${CYLINDER_OFFSET_M}" contype="0" conaffinity="0"/>
${balls.map(ballToMjcf).join('\n')}
</body>`
}

interface Ball {
  readonly name: string
  readonly radiusM: number
  readonly centre: ArrayLike<number>
}

function feetOf(object: Physics['object']): Ball[] {
  return Array.from({ length: NUM_FEET }, (_, index) => {
    const centre = new Float64Array(3)
    footCentre(object, index, centre)
    return { name: `foot-${index}`, radiusM: FOOT_RADIUS_M, centre }
  })
}

function rimBallsOf({ radiusM, halfHeightM }: Physics['object']): Ball[] {
  const reach = radiusM - RIM_BALL_RADIUS_M
  const height = RIM_CLEARANCE_M + RIM_BALL_RADIUS_M - halfHeightM
  return Array.from({ length: NUM_RIM_BALLS }, (_, index) => {
    const angle = (2 * Math.PI * (index + 0.5)) / NUM_RIM_BALLS
    const centre = [reach * Math.cos(angle), reach * Math.sin(angle), height]
    return { name: `rim-${index}`, radiusM: RIM_BALL_RADIUS_M, centre }
  })
}

function ballToMjcf({ name, radiusM, centre }: Ball): string {
  return `<geom name="${name}" type="sphere" size="${radiusM}" pos="${join(centre)}" contype="0" conaffinity="0"/>`
}

function pair(geom1: string, geom2: string, friction: number): string {
  return `<pair geom1="${geom1}" geom2="${geom2}" friction="${friction} ${friction} 0 0 0" ${CONTACT}/>`
}
