import type { ArmModel } from '../../robot/model/arm.ts'
import { createShapedArm, shapeArm } from '../../robot/model/arm-geometry.ts'
import { invertQuaternion, rotate } from '../../robot/model/pose.ts'
import { sceneToMjcf } from '../scene/mjcf.ts'
import type { ArmState, Disturbance, ObjectPose, ObjectStart, Physics, Start } from './engine.ts'
import { GravityCompensation } from './mujoco-gravity.ts'
import { findAddresses, readArmState, type SceneAddresses } from './mujoco-readout.ts'
import { type MujocoModule, MujocoScene } from './mujoco-scene.ts'
import { MujocoServos } from './mujoco-servos.ts'

/**
 * One arm, table and objects in a MuJoCo scene of their own, which writes where they are into `state`. Once they are
 * nowhere the arm is lost: its state is NaN, and it makes no more steps.
 */
export class MujocoArm {
  readonly target: Float64Array
  readonly #begin: { readonly physics: Physics; readonly start: Start }
  readonly #state: ArmState
  readonly #scene: MujocoScene
  readonly #arm: ArmModel
  readonly #addresses: SceneAddresses
  readonly #servos: MujocoServos
  readonly #compensation: GravityCompensation | undefined
  /** Force sensors of what touches things, three values each, first in `sensordata`. */
  readonly #numTouchSensors: number

  constructor(
    module: MujocoModule,
    arm: ArmModel,
    timestepS: number,
    begin: { readonly physics: Physics; readonly start: Start; readonly state: ArmState },
  ) {
    const { physics, start, state } = begin
    const shaped = createShapedArm(arm)
    shapeArm(arm, physics, shaped)
    this.#scene = new MujocoScene(
      module,
      sceneToMjcf({ arm: shaped, physics, timestepS, drive: 'position' }),
    )
    this.#begin = structuredClone({ physics, start })
    this.#arm = shaped
    this.#addresses = findAddresses(arm, this.#scene, physics.objects.length, false)
    this.#servos = new MujocoServos(shaped, physics, this.#addresses)
    const isCompensating = arm.isGravityCompensated.some((flag) => flag === 1)
    this.#compensation = isCompensating ? new GravityCompensation(arm) : undefined
    this.#numTouchSensors = arm.gripper?.fingers.length ?? 1
    this.#state = state
    this.target = Float64Array.from(start.q)
    this.#place(start)
    this.#scene.updateKinematics()
    state.tipForce.fill(0)
    this.#read()
  }

  /** Advances by `substeps` of MuJoCo's time step; the tip's force becomes their mean. */
  step(substeps: number): void {
    const { q, tipForce } = this.#state
    if (Number.isNaN(q[0]!)) return
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
    this.#read()
  }

  save() {
    const begin = structuredClone(this.#begin)
    const { tipForce } = this.#state
    return {
      begin,
      ...structuredClone({ target: this.target, tipForce }),
      scene: this.#scene.save(),
    }
  }

  /** Goes on from what an arm of the same `begin` saved. */
  restore({ target, tipForce, scene }: ReturnType<MujocoArm['save']>): void {
    this.target.set(target)
    this.#scene.restore(scene)
    this.#state.tipForce.set(tipForce)
    this.#read()
  }

  dispose(): void {
    this.#scene.dispose()
  }

  /** Forces from outside; the tool's acts on the link that carries it, about its centre of mass. */
  disturb({ tool, objects }: Disturbance): void {
    const { xfrcApplied, xipos } = this.#scene.views
    for (let k = 0; k < objects.length; k++) {
      xfrcApplied.set(objects[k]!, 6 * this.#addresses.objects[k]!.body)
    }
    const link = this.#addresses.body[this.#arm.tool.link]!
    const [fx, fy, fz] = [tool[0]!, tool[1]!, tool[2]!]
    const rx = this.#state.tip[0]! - xipos[3 * link]!
    const ry = this.#state.tip[1]! - xipos[3 * link + 1]!
    const rz = this.#state.tip[2]! - xipos[3 * link + 2]!
    xfrcApplied.set([fx, fy, fz], 6 * link)
    xfrcApplied.set([ry * fz - rz * fy, rz * fx - rx * fz, rx * fy - ry * fx], 6 * link + 3)
  }

  #read(): void {
    const state = this.#state
    readArmState(this.#arm, this.#scene, this.#addresses, state)
    const { q, objects } = state
    let sum = 0
    for (let i = 0; i < q.length; i++) sum += q[i]!
    for (let k = 0; k < objects.length; k++) sum += objects[k]!.position[2]!
    if (!Number.isFinite(sum)) loseArm(state)
  }

  #drive(): void {
    this.#servos.drive(this.#scene.views, this.target)
    if (this.#compensation === undefined) return
    const { qfrcApplied } = this.#scene.views
    this.#compensation.update(this.#state.q)
    for (let joint = 0; joint < this.target.length; joint++) {
      qfrcApplied[this.#addresses.joint[joint]!] = this.#compensation.torqueNm[joint]!
    }
  }

  #place(start: Start): void {
    const { qpos } = this.#scene.views
    for (let joint = 0; joint < start.q.length; joint++) {
      qpos[this.#addresses.joint[joint]!] = start.q[joint]!
    }
    for (let k = 0; k < start.objects.length; k++) {
      placeObject(this.#scene, this.#addresses, k, start.objects[k]!)
      this.#launch(k, start.objects[k]!)
    }
  }

  /** Gives an object the motion that it begins with; a free joint's spin is in the body's frame. */
  #launch(index: number, { quaternion, velocity, angularVelocity }: ObjectStart): void {
    const { qvel } = this.#scene.views
    const address = this.#addresses.objects[index]!.velocity
    if (velocity !== undefined) qvel.set(velocity, address)
    if (angularVelocity === undefined) return
    const inverse = new Float64Array(4)
    const spin = new Float64Array(3)
    invertQuaternion(quaternion, inverse)
    rotate(inverse, angularVelocity, spin)
    qvel.set(spin, address + 3)
  }
}

/** The arm is nowhere any more. */
function loseArm({ q, qd, linkPosition, tip, tipVelocity }: ArmState): void {
  q.fill(Number.NaN)
  qd.fill(Number.NaN)
  linkPosition.fill(Number.NaN)
  tip.fill(Number.NaN)
  tipVelocity.fill(Number.NaN)
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
