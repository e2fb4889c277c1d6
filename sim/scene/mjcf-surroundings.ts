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
 * MJCF of table and object, and the only pairs of bodies that touch: the tip with object and table,
 * the object (its feet, and its rim should it tip over) with the table. Friction is given per pair
 * and not mixed from two materials.
 */
export function surroundingsToMjcf(physics: Physics, objectComM: Vector3) {
  const { object, table } = physics
  const feet = Array.from({ length: NUM_FEET }, (_, index) => `foot-${index}`)
  return {
    bodies: `${tableToMjcf(physics)}\n${objectToMjcf(physics, feet, objectComM)}`,
    pairs: [
      ...[...feet, NAMES.object].map((part) => pair(part, NAMES.table, object.frictionTable)),
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

function objectToMjcf({ object }: Physics, feet: readonly string[], comM: Vector3): string {
  const inertia = new Float64Array(3)
  puckInertia(object, inertia)
  return `<body name="${NAMES.object}"><freejoint name="${NAMES.objectJoint}"/>
<inertial pos="${join(comM)}" mass="${object.massKg}" diaginertia="${join(inertia)}"/>
<geom name="${NAMES.object}" type="cylinder" size="${object.radiusM} ${cylinderHalfHeight(object)}" pos="0 0 ${CYLINDER_OFFSET_M}" contype="0" conaffinity="0"/>
${feet.map((name, index) => footToMjcf(object, name, index)).join('\n')}
</body>`
}

function footToMjcf(object: Physics['object'], name: string, index: number): string {
  const centre = new Float64Array(3)
  footCentre(object, index, centre)
  return `<geom name="${name}" type="sphere" size="${FOOT_RADIUS_M}" pos="${join(centre)}" contype="0" conaffinity="0"/>`
}

function pair(geom1: string, geom2: string, friction: number): string {
  return `<pair geom1="${geom1}" geom2="${geom2}" friction="${friction} ${friction} 0 0 0" ${CONTACT}/>`
}
