import type { ArmModel } from '../../robot/model/arm.ts'
import { nominalGeometry } from '../../robot/model/arm-geometry.ts'
import type { Physics } from '../engines/engine.ts'
import type { PlantDrives } from './mujoco-plant-drives.ts'
import { jointEntry, type Reality } from './reality.ts'

/** The mechanics of a set-up: links, rotors behind gear play, object, table, gravity. */
export function plantPhysics(model: ArmModel, reality: Reality, drives: PlantDrives): Physics {
  const { arm, servos, object, table, gravity } = reality
  const perJoint = (entry: (index: number) => number) =>
    Float64Array.from({ length: model.numJoints }, (_, index) => entry(index))
  const { massKg, radiusM, halfHeightM, frictionTable, frictionTip } = object
  const comM = Float64Array.of(object.comXM, object.comYM, object.comZM)
  const halfSizeM = Float64Array.of(radiusM, radiusM, halfHeightM)
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
    objects: [{ massKg, comM, shape: { kind: 'cylinder', halfSizeM }, frictionTable, frictionTip }],
    table: {
      heightM: table.heightM,
      tiltXRad: table.tiltXRad,
      tiltYRad: table.tiltYRad,
      frictionTip: table.frictionTip,
    },
  }
}
