import type { ArmModel } from '../../../robot/model/arm.ts'
import { nominalGeometry } from '../../../robot/model/arm-geometry.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import type { Physics } from '../../../sim/engines/engine.ts'

export const so101 = () => compileArm(loadArmDescription('so101'))
export const panda = () => compileArm(loadArmDescription('panda'))

/** The arm as described, standard gravity, a level table at the base's foot, an 80 g puck. */
export function nominalPhysics(arm: ArmModel): Physics {
  return {
    linkMassKg: Float64Array.from(arm.massKg),
    inertiaScale: new Float64Array(arm.numJoints).fill(1),
    stiffnessNmPerRad: Float64Array.from(arm.stiffnessNmPerRad),
    dampingNmSPerRad: Float64Array.from(arm.dampingNmSPerRad),
    coulombNm: Float64Array.from(arm.coulombNm),
    loadFriction: new Float64Array(arm.numJoints),
    armatureKgM2: Float64Array.from(arm.armatureKgM2),
    stallTorqueNm: Float64Array.from(arm.stallTorqueNm),
    backlashRad: new Float64Array(arm.numJoints),
    deadBandRad: new Float64Array(arm.numJoints),
    voltageSag: 0,
    ...nominalGeometry(arm.numJoints),
    gravity: Float64Array.of(0, 0, -9.81),
    objects: [
      {
        shape: { kind: 'cylinder', halfSizeM: Float64Array.of(0.03, 0.03, 0.018) },
        massKg: 0.08,
        comM: new Float64Array(3),
        frictionTable: 0.3,
        frictionTip: 0.4,
      },
    ],
    table: { heightM: 0, tiltXRad: 0, tiltYRad: 0, frictionTip: 0.3 },
  }
}

/**
 * One link on one joint, axis `axis`: a point mass of 0.2 kg (with a little inertia) at 0.15 m along x,
 * the tool at its end. Closed forms are easy here.
 */
export function pendulum(axis: readonly [number, number, number] = [0, 1, 0]): ArmModel {
  return {
    name: 'pendulum',
    jointNames: ['swing'],
    numJoints: 1,
    parent: Int32Array.of(-1),
    isPrismatic: Uint8Array.of(0),
    originPosition: Float64Array.of(0, 0, 0.5),
    originQuaternion: Float64Array.of(0, 0, 0, 1),
    axis: Float64Array.from(axis),
    massKg: Float64Array.of(0.2),
    comM: Float64Array.of(0.15, 0, 0),
    inertiaKgM2: Float64Array.of(1e-5, 1e-5, 1e-5, 0, 0, 0),
    lower: Float64Array.of(-3),
    upper: Float64Array.of(3),
    stiffnessNmPerRad: Float64Array.of(8.9),
    dampingNmSPerRad: Float64Array.of(0.6),
    coulombNm: Float64Array.of(0),
    armatureKgM2: Float64Array.of(0.028),
    stallTorqueNm: Float64Array.of(1.9),
    maxSpeedRadPerS: Float64Array.of(5.2),
    maxAccelerationRadPerS2: Float64Array.of(Number.POSITIVE_INFINITY),
    backlashRad: Float64Array.of(0),
    isGravityCompensated: Uint8Array.of(0),
    isDampingControlled: Uint8Array.of(0),
    mimics: [],
    tool: {
      link: 0,
      position: Float64Array.of(0.2, 0, 0),
      quaternion: Float64Array.of(0, 0, 0, 1),
      approach: Float64Array.of(1, 0, 0),
      tipRadiusM: 0.01,
      tipLengthM: 0.05,
    },
    gripper: undefined,
    restPose: Float64Array.of(0),
  }
}
