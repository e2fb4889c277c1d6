import type { ArmModel } from '../../../robot/model/arm.ts'
import type { ArmDynamics } from '../../../robot/model/dynamics.ts'

/** A point mass of 2 kg at 0.5 m on a hinge about y, hanging down at q = 0; nothing else. */
export function pendulum(overrides: Partial<ArmModel> = {}): ArmModel {
  return {
    name: 'pendulum',
    jointNames: ['hinge'],
    numJoints: 1,
    parent: Int32Array.of(-1),
    isPrismatic: new Uint8Array(1),
    originPosition: new Float64Array(3),
    originQuaternion: Float64Array.of(0, 0, 0, 1),
    axis: Float64Array.of(0, 1, 0),
    massKg: Float64Array.of(2),
    comM: Float64Array.of(0, 0, -0.5),
    inertiaKgM2: new Float64Array(6),
    lower: Float64Array.of(-10),
    upper: Float64Array.of(10),
    stiffnessNmPerRad: Float64Array.of(0),
    dampingNmSPerRad: Float64Array.of(0),
    coulombNm: Float64Array.of(0),
    armatureKgM2: Float64Array.of(0),
    stallTorqueNm: Float64Array.of(1e6),
    maxSpeedRadPerS: Float64Array.of(100),
    maxAccelerationRadPerS2: Float64Array.of(Number.POSITIVE_INFINITY),
    backlashRad: Float64Array.of(0),
    isGravityCompensated: new Uint8Array(1),
    isDampingControlled: new Uint8Array(1),
    mimics: [],
    gripper: undefined,
    tool: {
      link: 0,
      position: Float64Array.of(0, 0, -0.5),
      quaternion: Float64Array.of(0, 0, 0, 1),
      approach: Float64Array.of(0, 0, -1),
      tipRadiusM: 0.01,
      tipLengthM: 0.05,
    },
    restPose: new Float64Array(1),
    ...overrides,
  }
}

/** Steps over a duration, mass matrix always fresh. */
export function run(dynamics: ArmDynamics, durationS: number, timestepS: number) {
  for (let k = 0; k < Math.round(durationS / timestepS); k++) dynamics.step(timestepS, true)
}
