import type { ArmModel } from '../../robot/model/arm.ts'
import { ArmDynamics } from '../../robot/model/dynamics.ts'

/**
 * The torque with which an arm's own controller cancels gravity. It knows the nominal arm, standing
 * upright: true masses, lengths and gravity may differ; the rest is error, as on the real arm.
 */
export class GravityCompensation {
  /** Of the last `update`, 0 at joints whose controller does not cancel it [numJoints], [Nm]. */
  readonly torqueNm: Float64Array
  readonly #arm: ArmModel
  readonly #nominal: ArmDynamics

  constructor(arm: ArmModel) {
    this.#arm = arm
    this.#nominal = new ArmDynamics(arm)
    this.torqueNm = new Float64Array(arm.numJoints)
  }

  /** @param q - joint positions [numJoints], [rad or m] */
  update(q: Float64Array): void {
    this.#nominal.gravityTorque(q, this.torqueNm)
    const { isGravityCompensated } = this.#arm
    for (let i = 0; i < this.torqueNm.length; i++) {
      if (isGravityCompensated[i] === 0) this.torqueNm[i] = 0
    }
  }
}
