import type { ArmModel } from '../../../../robot/model/arm.ts'
import { ArmDynamics } from '../../../../robot/model/dynamics.ts'
import { rotate } from '../../../../robot/model/pose.ts'
import type { ArmState, Engine, Physics } from '../../../../sim/engines/engine.ts'
import { nominalPhysics, puckStart } from './table-world.ts'

/** A step of all joints at once, every other one the other way. */
export interface JointStep {
  readonly pose: readonly number[]
  readonly stepRad: number
}

/** Within the limits, free of the table. The Panda's saturates its weak joints. */
export const JOINT_STEPS = {
  so101: { pose: [0.1, -0.6, 0.6, 0.5, 0.2], stepRad: 0.3 },
  panda: { pose: [0, -0.4, 0.1, -2, 0.1, 1.8, 0.6], stepRad: 0.05 },
} as const satisfies Readonly<Record<string, JointStep>>

export function stepTarget({ pose, stepRad }: JointStep): Float64Array {
  return Float64Array.from(pose, (q, joint) => q + stepRad * (joint % 2 === 0 ? 1 : -1))
}

/** An arm that moves by itself: begins at `pose` and is sent to `target`, its puck out of reach. */
export function playJoints(
  engine: Engine,
  physics: Physics,
  pose: ArrayLike<number>,
  target: ArrayLike<number>,
  seconds: number,
  afterStep: (state: ArmState) => void = () => undefined,
): Float64Array {
  engine.reset(0, physics, puckStart(physics, pose, 0.6, 0.4))
  engine.setTarget(0, Float64Array.from(target))
  for (let step = 0; step < Math.round(seconds / engine.timestepS); step++) {
    engine.step()
    afterStep(engine.state(0))
  }
  return Float64Array.from(engine.state(0).q)
}

/** An arm whose joints nothing drives or brakes, and nothing stops; its rotors turn along. */
export function freeArm(arm: ArmModel): ArmModel {
  const { numJoints } = arm
  const none = () => new Float64Array(numJoints)
  return {
    ...arm,
    lower: none().fill(-1e3),
    upper: none().fill(1e3),
    stiffnessNmPerRad: none(),
    dampingNmSPerRad: none(),
    coulombNm: none(),
    isGravityCompensated: new Uint8Array(numJoints),
  }
}

export function freePhysics(arm: ArmModel): Physics {
  const physics = nominalPhysics(arm)
  // Far below, so that nothing touches.
  physics.table.heightM = -2
  return physics
}

/** Kinetic and potential energy of an arm and its rotors [J]. */
export class ArmEnergy {
  private readonly arm: ArmModel
  private readonly dynamics: ArmDynamics
  private readonly mass: Float64Array
  private readonly centre = new Float64Array(3)

  constructor(arm: ArmModel) {
    this.arm = arm
    this.dynamics = new ArmDynamics(arm)
    this.mass = new Float64Array(arm.numJoints ** 2)
  }

  kineticJ({ q, qd }: Pick<ArmState, 'q' | 'qd'>): number {
    const n = this.arm.numJoints
    this.dynamics.massMatrix(q, this.mass)
    let sum = 0
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) sum += 0.5 * qd[i]! * this.mass[i * n + j]! * qd[j]!
      sum += 0.5 * this.arm.armatureKgM2[i]! * qd[i]! ** 2
    }
    return sum
  }

  /** Under standard gravity. */
  potentialJ(q: Float64Array): number {
    const { arm, centre, dynamics } = this
    const { kinematics } = dynamics
    kinematics.forward(q)
    let sum = 0
    for (let i = 0; i < arm.numJoints; i++) {
      const orientation = kinematics.linkQuaternion.subarray(4 * i, 4 * i + 4)
      rotate(orientation, arm.comM.subarray(3 * i, 3 * i + 3), centre)
      sum += 9.81 * arm.massKg[i]! * (kinematics.linkPosition[3 * i + 2]! + centre[2]!)
    }
    return sum
  }
}
