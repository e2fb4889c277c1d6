import type { ServoControl } from '../../robot/bus/twin/plant.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { ArmDynamics } from '../../robot/model/dynamics.ts'
import { clamp } from '../../robot/model/scalar.ts'
import type { MujocoPlant } from './mujoco-plant.ts'
import { motorOf, nominalSupply } from './mujoco-plant-motors.ts'

/**
 * The controller inside an arm that takes joint positions, over a `MujocoPlant` of all its joints: stiffness and
 * damping as the arm's file has them, gravity compensated by the nominal model, within each joint's torque. It knows
 * the nominal motors only, so a reality's motors, masses and frictions make it err.
 */
export class JointImpedance implements ServoControl {
  /** Where the joints shall be, [numJoints] of the plant [rad or m]. */
  readonly target: Float64Array
  /** Torque asked for [numJoints], [Nm or N]. */
  readonly torqueNm: Float64Array
  readonly #dynamics: ArmDynamics
  readonly #gravityNm: Float64Array
  readonly #joints: readonly {
    readonly stiffness: number
    readonly damping: number
    readonly mostNm: number
    readonly isCompensated: boolean
    /** Duty per torque, and per speed. */
    readonly perNm: number
    readonly perRadPerS: number
  }[]

  constructor(arm: ArmDescription, position: ArrayLike<number>) {
    const model = compileArm(arm, { joints: arm.joints.map(({ name }) => name) })
    this.target = Float64Array.from(position)
    this.torqueNm = new Float64Array(model.numJoints)
    this.#dynamics = new ArmDynamics(model)
    this.#gravityNm = new Float64Array(model.numJoints)
    this.#joints = arm.joints.map((joint) => {
      const { torqueConstantNmPerA, resistanceOhm } = motorOf(arm, joint)
      const supplyV = nominalSupply(arm, joint)
      return {
        stiffness: joint.actuator.stiffnessNmPerRad,
        damping: joint.actuator.dampingNmSPerRad,
        mostNm: joint.actuator.stallTorqueNm,
        isCompensated: joint.actuator.gravityCompensated,
        perNm: resistanceOhm / torqueConstantNmPerA / supplyV,
        perRadPerS: torqueConstantNmPerA / supplyV,
      }
    })
  }

  dutyAt(_timeS: number, { positionRad, motorRadPerS }: MujocoPlant, duty: Float64Array): void {
    this.#dynamics.gravityTorque(positionRad, this.#gravityNm)
    for (let i = 0; i < duty.length; i++) {
      const { damping, isCompensated, mostNm, perNm, perRadPerS, stiffness } = this.#joints[i]!
      // A shaft that rattles in its play is not damped but shaken by a gain on its speed.
      const speed = motorRadPerS[i]!
      const lift = isCompensated ? this.#gravityNm[i]! : 0
      const wanted = stiffness * (this.target[i]! - positionRad[i]!) - damping * speed + lift
      const torque = clamp(wanted, -mostNm, mostNm)
      this.torqueNm[i] = torque
      // What drives the current and what the turning rotor sets against it.
      duty[i] = clamp(perNm * torque + perRadPerS * speed, -1, 1)
    }
  }
}
