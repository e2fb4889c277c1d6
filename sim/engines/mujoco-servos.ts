import type { ArmModel } from '../../robot/model/arm.ts'
import type { Physics } from './engine.ts'
import type { SceneAddresses } from './mujoco-readout.ts'
import type { MujocoViews } from './mujoco-scene.ts'

/**
 * What MuJoCo's position servos do not do by themselves: the gear's play and the dead band are taken out of
 * the error, a sagging supply weakens gain and limit, friction follows the present load. All of it enters
 * through the set-point, so that MuJoCo integrates its own servo.
 */
export class MujocoServos {
  readonly #physics: Physics
  readonly #addresses: SceneAddresses
  /** Gain on the joint's speed that is part of the limited torque [numJoints]. */
  readonly #velocityGain: Float64Array
  readonly #stallNm: number

  constructor(arm: ArmModel, physics: Physics, addresses: SceneAddresses) {
    this.#physics = structuredClone(physics)
    this.#addresses = addresses
    this.#velocityGain = physics.dampingNmSPerRad.map((damping, joint) =>
      arm.isDampingControlled[joint] ? damping : 0,
    )
    this.#stallNm = physics.stallTorqueNm.reduce((sum, torque) => sum + torque, 0)
  }

  /** Writes controls and friction for the next step. @param target - set-points [numJoints] */
  drive(views: MujocoViews, target: Float64Array): void {
    const { qpos, qvel, ctrl, frictionLoss, qfrcActuator } = views
    const { coulombNm, loadFriction, stiffnessNmPerRad, stallTorqueNm } = this.#physics
    const voltage = this.#supplyShare(views)
    for (let joint = 0; joint < target.length; joint++) {
      const address = this.#addresses.joint[joint]!
      const q = qpos[address]!
      let felt = this.#felt(joint, target[joint]! - q)
      if (voltage < 1) {
        const stiffness = stiffnessNmPerRad[joint]!
        const braking = this.#velocityGain[joint]! * qvel[address]!
        const most = voltage * stallTorqueNm[joint]!
        const torque = Math.max(-most, Math.min(most, voltage * stiffness * felt - braking))
        felt = stiffness > 0 ? (torque + braking) / stiffness : 0
      }
      ctrl[joint] = q + felt
      const load = Math.abs(qfrcActuator[address]!)
      frictionLoss[address] = coulombNm[joint]! + loadFriction[joint]! * load
    }
  }

  /** The part of an error that reaches the servo's output. */
  #felt(joint: number, error: number): number {
    const half = this.#physics.backlashRad[joint]! / 2
    const slack = error > half ? error - half : error < -half ? error + half : 0
    return Math.abs(slack) < this.#physics.deadBandRad[joint]! ? 0 : slack
  }

  /** Share of the nominal supply that the last step's torques leave. */
  #supplyShare({ qfrcActuator }: MujocoViews): number {
    const { voltageSag } = this.#physics
    if (voltageSag === 0) return 1
    let load = 0
    for (const address of this.#addresses.joint) load += Math.abs(qfrcActuator[address]!)
    return 1 - (voltageSag * load) / this.#stallNm
  }
}
