import type { ArmModel } from '../../robot/model/arm.ts'
import { nominalGeometry } from '../../robot/model/arm-geometry.ts'
import type { ObjectPhysics, Physics } from '../engines/engine.ts'
import type { TaskOnArm } from '../tasks/task.schema.ts'
import type { PlantDrives } from './mujoco-plant-drives.ts'
import { jointEntry, type Reality } from './reality.ts'

/** What a task has on its table. */
export type PlantObject = TaskOnArm['objects'][number]

/** The mechanics of a set-up: links, rotors behind gear play, objects, table, gravity. */
export function plantPhysics(
  model: ArmModel,
  reality: Reality,
  drives: PlantDrives,
  objects: readonly PlantObject[],
): Physics {
  const { arm, servos, table, gravity } = reality
  const perJoint = (entry: (index: number) => number) =>
    Float64Array.from({ length: model.numJoints }, (_, index) => entry(index))
  const lean = Math.cos(gravity.tiltXRad)
  return {
    ...nominalGeometry(model.numJoints),
    linkMassKg: perJoint(
      (index) => model.massKg[index]! * jointEntry(arm.linkMassScale, index, 'linkMassScale'),
    ),
    inertiaScale: perJoint(
      (index) =>
        jointEntry(arm.linkMassScale, index, 'linkMassScale') *
        jointEntry(arm.inertiaScale, index, 'inertiaScale'),
    ),
    // Rotors have torques for actuators: servo and supply are the drives' affair.
    stiffnessNmPerRad: perJoint(() => 0),
    stallTorqueNm: perJoint(() => 0),
    loadFriction: perJoint(() => 0),
    deadBandRad: perJoint(() => 0),
    voltageSag: 0,
    dampingNmSPerRad: drives.viscousNmSPerRad,
    coulombNm: drives.coulombNm,
    armatureKgM2: drives.armatureKgM2,
    backlashRad: perJoint((index) => jointEntry(servos.backlashRad, index, 'backlashRad')),
    gravity: Float64Array.of(
      -gravity.magnitudeMPerS2 * Math.sin(gravity.tiltXRad),
      -gravity.magnitudeMPerS2 * Math.sin(gravity.tiltYRad) * lean,
      -gravity.magnitudeMPerS2 * Math.cos(gravity.tiltYRad) * lean,
    ),
    objects: objects.map((object) => objectPhysics(object, reality)),
    table: {
      heightM: table.heightM,
      tiltXRad: table.tiltXRad,
      tiltYRad: table.tiltYRad,
      frictionTip: table.frictionTip,
    },
  }
}

/** A cylinder is the set-up's own; a box is the task's, but for how it was made there. */
function objectPhysics(object: PlantObject, reality: Reality): ObjectPhysics {
  const { comXM, comYM, comZM } = object.kind === 'cylinder' ? reality.object : reality.box
  const comM = Float64Array.of(comXM, comYM, comZM)
  if (object.kind === 'cylinder') {
    const { massKg, radiusM, halfHeightM, frictionTable, frictionTip } = reality.object
    const halfSizeM = Float64Array.of(radiusM, radiusM, halfHeightM)
    return { massKg, comM, shape: { kind: 'cylinder', halfSizeM }, frictionTable, frictionTip }
  }
  const { massScale, sizeScale, frictionTableScale, frictionTipScale } = reality.box
  return {
    massKg: object.massKg * massScale,
    comM,
    shape: {
      kind: object.kind,
      halfSizeM: Float64Array.from(object.halfSizeM, (half) => half * sizeScale),
    },
    frictionTable: object.frictionTable * frictionTableScale,
    frictionTip: object.frictionTip * frictionTipScale,
  }
}
