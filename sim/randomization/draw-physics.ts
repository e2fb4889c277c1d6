import type { ArmModel } from '../../robot/model/arm.ts'
import { nominalGeometry } from '../../robot/model/arm-geometry.ts'
import type { Physics } from '../engines/engine.ts'
import type { TaskOnArm } from '../tasks/task.schema.ts'
import { type Draw, nominalValues } from './draw.ts'

/** Gravity of the nominal world, as in the arm model [m/s²]. */
export const GRAVITY = 9.81

/** Empty physics of the right sizes, to be filled by `drawPhysics`. */
export function createPhysics(model: ArmModel, task: TaskOnArm): Physics {
  const n = model.numJoints
  return {
    ...nominalGeometry(n),
    linkMassKg: new Float64Array(n),
    inertiaScale: new Float64Array(n),
    stiffnessNmPerRad: new Float64Array(n),
    dampingNmSPerRad: new Float64Array(n),
    coulombNm: new Float64Array(n),
    loadFriction: new Float64Array(n),
    armatureKgM2: new Float64Array(n),
    stallTorqueNm: new Float64Array(n),
    backlashRad: new Float64Array(n),
    deadBandRad: new Float64Array(n),
    voltageSag: 0,
    gravity: new Float64Array(3),
    objects: task.objects.map(({ kind }) => ({
      shape: { kind, halfSizeM: new Float64Array(3) },
      massKg: 0,
      comM: new Float64Array(3),
      frictionTable: 0,
      frictionTip: 0,
    })),
    table: { heightM: 0, tiltXRad: 0, tiltYRad: 0, frictionTip: 0 },
  }
}

/** Of the nominal world. */
export function nominalPhysics(model: ArmModel, task: TaskOnArm): Physics {
  const physics = createPhysics(model, task)
  const values = nominalValues(model, task)
  drawPhysics({ values, coordinates: new Float32Array(0), pinned: -1 }, model, task, physics)
  return physics
}

/** Absolute physics of a draw, into `out`. */
export function drawPhysics(draw: Draw, model: ArmModel, task: TaskOnArm, out: Physics): void {
  const v = draw.values
  for (let i = 0; i < model.numJoints; i++) {
    out.linkMassKg[i] = model.massKg[i]! * v.linkMass[i]!
    out.inertiaScale[i] = v.linkMass[i]! * v.linkInertia[i]!
    out.linkLengthScale[i] = v.linkLength[i]!
    out.linkComOffsetM[3 * i] = v.linkComXM[i]!
    out.linkComOffsetM[3 * i + 1] = v.linkComYM[i]!
    out.linkComOffsetM[3 * i + 2] = v.linkComZM[i]!
    out.stiffnessNmPerRad[i] =
      model.stiffnessNmPerRad[i]! * v.stiffness[0]! * v.stiffnessPerJoint[i]!
    out.dampingNmSPerRad[i] = model.dampingNmSPerRad[i]! * v.damping[0]! * v.dampingPerJoint[i]!
    out.coulombNm[i] = v.coulombNm[i]!
    out.loadFriction[i] = v.loadFriction[0]!
    out.armatureKgM2[i] = model.armatureKgM2[i]! * v.armature[0]!
    out.stallTorqueNm[i] = model.stallTorqueNm[i]! * v.stallTorque[0]!
    // One number for the arm, its first joint's: the others have as much more or less.
    const [first, own] = [model.backlashRad[0]!, model.backlashRad[i]!]
    out.backlashRad[i] = first > 0 ? v.backlashRad[0]! * (own / first) : v.backlashRad[0]! + own
    out.deadBandRad[i] = v.deadBandRad[0]!
  }
  out.voltageSag = v.voltageSag[0]!
  const g = GRAVITY * v.gravity[0]!
  const tiltX = v.gravityTiltXRad[0]!
  const tiltY = v.gravityTiltYRad[0]!
  out.gravity[0] = -g * Math.sin(tiltX)
  out.gravity[1] = -g * Math.sin(tiltY) * Math.cos(tiltX)
  out.gravity[2] = -g * Math.cos(tiltX) * Math.cos(tiltY)
  for (let k = 0; k < out.objects.length; k++) {
    const object = out.objects[k]!
    const { halfSizeM } = task.objects[k]!
    object.massKg = v.objectMassKg[k]!
    object.frictionTable = v.objectFrictionTable[k]!
    object.frictionTip = v.objectFrictionTip[k]!
    object.comM[0] = v.objectComXM[k]!
    object.comM[1] = v.objectComYM[k]!
    object.comM[2] = v.objectComZM[k]!
    const aspect = Math.sqrt(v.objectAspect[k]!)
    object.shape.halfSizeM[0] = halfSizeM[0] * v.objectWidth[k]! * aspect
    object.shape.halfSizeM[1] = (halfSizeM[1] * v.objectWidth[k]!) / aspect
    object.shape.halfSizeM[2] = halfSizeM[2] * v.objectHeight[k]!
  }
  out.table.heightM = v.tableHeightM[0]!
  out.table.tiltXRad = v.tableTiltXRad[0]!
  out.table.tiltYRad = v.tableTiltYRad[0]!
  out.table.frictionTip = v.tableFrictionTip[0]!
}
