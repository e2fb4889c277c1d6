import type { ArmModel } from '../../robot/model/arm.ts'
import { sceneToMjcf } from '../scene/mjcf.ts'
import type { ArmState, ObjectPose, Physics, Start } from './engine.ts'
import { compensateGravity } from './mujoco-gravity.ts'
import { findAddresses, readArmState, type SceneAddresses } from './mujoco-readout.ts'
import { type MujocoModule, MujocoScene } from './mujoco-scene.ts'

/** One arm, table and objects in a MuJoCo scene of their own, which writes where they are into `state`. */
export class MujocoArm {
  readonly target: Float64Array
  readonly #state: ArmState
  readonly #scene: MujocoScene
  readonly #arm: ArmModel
  readonly #addresses: SceneAddresses
  readonly #coulombNm: Float64Array
  readonly #loadFriction: Float64Array
  readonly #halfPlayRad: Float64Array
  readonly #compensatesGravity: boolean
  /** Force sensors of what touches things, three values each, first in `sensordata`. */
  readonly #numTouchSensors: number

  constructor(
    module: MujocoModule,
    arm: ArmModel,
    timestepS: number,
    begin: { readonly physics: Physics; readonly start: Start; readonly state: ArmState },
  ) {
    const { physics, start, state } = begin
    this.#scene = new MujocoScene(
      module,
      sceneToMjcf({ arm, physics, timestepS, drive: 'position' }),
    )
    this.#arm = arm
    this.#addresses = findAddresses(arm, this.#scene, physics.objects.length, false)
    this.#coulombNm = Float64Array.from(physics.coulombNm)
    this.#loadFriction = Float64Array.from(physics.loadFriction)
    this.#halfPlayRad = physics.backlashRad.map((backlash) => backlash / 2)
    this.#compensatesGravity = arm.isGravityCompensated.some((flag) => flag === 1)
    this.#numTouchSensors = arm.gripper?.fingers.length ?? 1
    this.#state = state
    this.target = Float64Array.from(start.q)
    this.#place(start)
    this.#scene.updateKinematics()
    readArmState(arm, this.#scene, this.#addresses, this.#state)
  }

  /** Advances by `substeps` of MuJoCo's time step; the tip's force becomes their mean. */
  step(substeps: number): void {
    const { tipForce } = this.#state
    tipForce.fill(0)
    for (let substep = 0; substep < substeps; substep++) {
      this.#drive()
      this.#scene.step()
      const { sensordata } = this.#scene.views
      // The sensors give what tip or fingers exert.
      for (let i = 0; i < 3 * this.#numTouchSensors; i++) {
        tipForce[i % 3] = tipForce[i % 3]! - sensordata[i]! / substeps
      }
    }
    this.#scene.updateKinematics()
    readArmState(this.#arm, this.#scene, this.#addresses, this.#state)
  }

  dispose(): void {
    this.#scene.dispose()
  }

  /** Set-points with the gear's play taken out of the error, and friction under the present load. */
  #drive(): void {
    const { qpos, ctrl, frictionLoss, qfrcActuator } = this.#scene.views
    for (let joint = 0; joint < this.target.length; joint++) {
      const address = this.#addresses.joint[joint]!
      const half = this.#halfPlayRad[joint]!
      const error = this.target[joint]! - qpos[address]!
      const felt = error > half ? error - half : error < -half ? error + half : 0
      ctrl[joint] = qpos[address]! + felt
      const load = Math.abs(qfrcActuator[address]!)
      frictionLoss[address] = this.#coulombNm[joint]! + this.#loadFriction[joint]! * load
    }
    if (this.#compensatesGravity) compensateGravity(this.#arm, this.#scene, this.#addresses)
  }

  #place(start: Start): void {
    const { qpos } = this.#scene.views
    for (let joint = 0; joint < start.q.length; joint++) {
      qpos[this.#addresses.joint[joint]!] = start.q[joint]!
    }
    for (let k = 0; k < start.objects.length; k++) {
      placeObject(this.#scene, this.#addresses, k, start.objects[k]!)
    }
  }
}

/** Puts an object somewhere, at rest. */
export function placeObject(
  scene: MujocoScene,
  addresses: SceneAddresses,
  index: number,
  { position, quaternion }: ObjectPose,
): void {
  const { qpos, qvel } = scene.views
  const address = addresses.objects[index]!
  qpos.set(position, address.position)
  qpos[address.position + 3] = quaternion[3]!
  qpos.set(quaternion.subarray(0, 3), address.position + 4)
  qvel.fill(0, address.velocity, address.velocity + 6)
}
