import type { ArmModel } from '../../../../robot/model/arm.ts'

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
