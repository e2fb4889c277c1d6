import { CodedError } from '../../configs/load/coded-error.ts'
import type { Plant, ServoControl } from '../../robot/bus/twin/plant.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import {
  type ArmState,
  createArmState,
  createObjectState,
  type ObjectPose,
  type Physics,
} from '../engines/engine.ts'
import { placeObject } from '../engines/mujoco-arm.ts'
import { findAddresses, readArmState, type SceneAddresses } from '../engines/mujoco-readout.ts'
import { loadMujoco, type MujocoModule, MujocoScene } from '../engines/mujoco-scene.ts'
import { lyingRods } from '../scene/lying-rods.ts'
import { sceneToMjcf } from '../scene/mjcf.ts'
import { restOnTable } from '../scene/table.ts'
import type { TaskOnArm } from '../tasks/task.schema.ts'
import { PlantDrives } from './mujoco-plant-drives.ts'
import { type PlantObject, plantPhysics } from './mujoco-plant-physics.ts'
import { checkListedJoints, jointEntry, type Reality } from './reality.ts'

export interface MujocoPlantOptions {
  readonly arm: ArmDescription
  readonly reality: Reality
  /** What is played: its objects lie on the table. Default: something with the reality's cylinder, hand closed. */
  readonly task?: Pick<TaskOnArm, 'objects' | 'control'>
  /** WebAssembly module to share, default one of its own. */
  readonly module?: MujocoModule
}

/** An arm's mechanics behind its servo bus, with objects on the table in front of it. */
export interface MujocoPlant extends Plant {
  /** All driven joints, the gripper's too, in servo order. */
  readonly model: ArmModel
  /** Of the motors, without the gear's play, seen at the output [numServos], [rad/s]. */
  readonly motorRadPerS: Float64Array
  /** Truth, in the base frame; q without encoder errors. */
  readonly state: ArmState
  /** Objects and table as they truly are; not to be changed. */
  readonly physics: Physics
  /** Stands the first object, at rest, on the table; its middle above x and y. */
  placeObject(x: number, y: number, yawRad: number): void
  /** Puts objects somewhere, at rest, in the task's order. */
  putObjects(poses: readonly ObjectPose[]): void
  /** Live: position [3] and orientation x, y, z, w [4] of the first object in the base frame. */
  objectPose(): ObjectPose
  /** Live: tool point in the base frame [3]. */
  tipPosition(): Float64Array
  /** Whether a link lies on the table; the tip does not count, which may touch it. */
  readonly isLying: boolean
  /**
   * Puts the arm at rest at the true joint angles `poseQ` [numServos], cold and unpowered; the objects
   * stay where they are. Time goes on.
   */
  reset(poseQ: ArrayLike<number>): void
  dispose(): void
}

/**
 * The physics of a twin: MuJoCo integrates rotors, links, contacts and object; each rotor is driven by a
 * motor in the domain of volts and moves its link through gear play. Another class of model than the
 * position servos a policy trains with. Begins in the arm's rest pose, the first object at x 0.25 m.
 */
export async function createMujocoPlant(options: MujocoPlantOptions): Promise<MujocoPlant> {
  return new ServoPlant(options.module ?? (await loadMujoco()), options)
}

const FIRST_OBJECT_X_M = 0.25
/** Between the objects at first: more than any is wide. */
const APART_M = 0.1
/** What lies there where no task is named: only its kind counts. */
const CYLINDER: PlantObject = {
  ...{ name: 'object', kind: 'cylinder', halfSizeM: [1, 1, 1] },
  ...{ massKg: 1, frictionTable: 1, frictionTip: 1 },
}
/** Friction of a jammed gear: far beyond any servo. */
const JAMMED_NM = 1000

class ServoPlant implements MujocoPlant {
  readonly numServos: number
  readonly positionRad: Float64Array
  readonly velocityRadPerS: Float64Array
  readonly supplyV: Float64Array
  readonly blocked = new Set<number>()
  readonly motorRadPerS: Float64Array
  readonly model: ArmModel
  readonly state: ArmState
  readonly #drives: PlantDrives
  readonly #scene: MujocoScene
  readonly physics: Physics
  readonly #addresses: SceneAddresses
  /** Numbers of the sensors of what touches things, first in `sensordata`: three a tip or finger. */
  readonly #touchSize: number
  readonly #stepS: number
  readonly #duty: Float64Array
  readonly #zeroOffset: Float64Array
  readonly #encoderError: Float64Array
  readonly #encoderPhase: Float64Array
  #numSteps = 0

  constructor(module: MujocoModule, { arm, reality, task }: MujocoPlantOptions) {
    const hasServos = arm.joints.some((joint) => joint.servo !== undefined)
    const joints = arm.joints.filter((joint) => !hasServos || joint.servo !== undefined)
    checkListedJoints(reality, arm.name, joints.length)
    this.model = compileArm(arm, { joints: joints.map((joint) => joint.name) })
    this.#drives = new PlantDrives(arm, joints, reality)
    this.physics = plantPhysics(this.model, reality, this.#drives, task?.objects ?? [CYLINDER])
    const hasGripper = task?.control.action.gripper !== undefined
    this.#touchSize = 3 * (hasGripper ? this.model.gripper!.fingers.length : 1)
    this.#stepS = reality.engine.timestepS
    const mjcf = sceneToMjcf({
      arm: this.model,
      physics: this.physics,
      timestepS: this.#stepS,
      drive: 'torque',
      touch: hasGripper ? 'fingers' : 'tip',
      rods: lyingRods(arm, this.model),
    })
    this.#scene = new MujocoScene(module, mjcf)
    const numObjects = this.physics.objects.length
    this.#addresses = findAddresses(this.model, this.#scene, numObjects, true)
    const n = joints.length
    const listed = (key: 'zeroOffsetRad' | 'encoderErrorRad' | 'encoderPhaseRad') =>
      Float64Array.from(joints, (_, index) => jointEntry(reality.arm[key], index, key))
    this.#zeroOffset = listed('zeroOffsetRad')
    this.#encoderError = listed('encoderErrorRad')
    this.#encoderPhase = listed('encoderPhaseRad')
    this.numServos = n
    this.positionRad = new Float64Array(n)
    this.velocityRadPerS = new Float64Array(n)
    this.supplyV = new Float64Array(n)
    this.#duty = new Float64Array(n)
    this.motorRadPerS = new Float64Array(n)
    this.state = createArmState(n, numObjects)
    this.putObjects(
      this.physics.objects.map((_, k) => this.#standing(k, FIRST_OBJECT_X_M, k * APART_M, 0)),
    )
    this.reset(this.model.restPose)
  }

  get timeS(): number {
    return this.#numSteps * this.#stepS
  }

  get currentA(): Float64Array {
    return this.#drives.currentA
  }

  get temperatureC(): Float64Array {
    return this.#drives.temperatureC
  }

  advance(timeS: number, control: ServoControl): void {
    // Half a step of slack: a clock's rounding must not decide whether a step happens.
    while ((this.#numSteps + 0.5) * this.#stepS < timeS) this.#step(control)
    this.#readState()
  }

  placeObject(x: number, y: number, yawRad: number): void {
    this.putObjects([this.#standing(0, x, y, yawRad)])
  }

  putObjects(poses: readonly ObjectPose[]): void {
    for (const [k, pose] of poses.entries()) placeObject(this.#scene, this.#addresses, k, pose)
    this.#readState()
  }

  objectPose(): ObjectPose {
    return this.state.objects[0]!
  }

  tipPosition(): Float64Array {
    return this.state.tip
  }

  get isLying(): boolean {
    const { sensordata } = this.#scene.views
    return sensordata.subarray(this.#touchSize + this.numServos).some((found) => found > 0)
  }

  reset(poseQ: ArrayLike<number>): void {
    const { objects } = this.#addresses
    const places = objects.map(({ position: at }) => this.#scene.views.qpos.slice(at, at + 7))
    this.#scene.reset()
    const { qpos } = this.#scene.views
    for (const [k, place] of places.entries()) qpos.set(place, objects[k]!.position)
    for (let i = 0; i < this.numServos; i++) qpos[this.#addresses.joint[i]!] = poseQ[i]!
    this.#drives.reset()
    this.#readEncoders()
    this.#readState()
  }

  dispose(): void {
    this.#scene.dispose()
  }

  #standing(index: number, x: number, y: number, yawRad: number): ObjectPose {
    const { table, objects } = this.physics
    const pose = createObjectState()
    restOnTable(table, objects[index]!.shape.halfSizeM[2]!, x, y, yawRad, pose)
    return pose
  }

  #step(control: ServoControl): void {
    control.dutyAt(this.timeS, this, this.#duty)
    const { ctrl, frictionLoss, sensordata } = this.#scene.views
    for (let i = 0; i < this.numServos; i++) {
      const duty = this.#duty[i]!
      if (duty > 1) this.#duty[i] = 1
      else if (duty < -1) this.#duty[i] = -1
    }
    this.#drives.drive(this.#duty, this.motorRadPerS, this.#stepS)
    for (let i = 0; i < this.numServos; i++) {
      ctrl[i] = this.#drives.torqueNm[i]!
      // First the forces of what touches, then one gear torque per joint, then the rods.
      const gearTorque = sensordata[this.#touchSize + i]!
      const friction = this.#drives.frictionNm(i, this.motorRadPerS[i]!, gearTorque)
      frictionLoss[this.#addresses.joint[i]!] = this.blocked.has(i) ? JAMMED_NM : friction
    }
    this.#scene.step()
    this.#numSteps++
    this.#readEncoders()
  }

  /** What the encoders at the output shafts say, offset and eccentricity included. */
  #readEncoders(): void {
    const { qpos, qvel } = this.#scene.views
    for (let i = 0; i < this.numServos; i++) {
      const joint = this.#addresses.joint[i]!
      const play = this.#addresses.play[i]!
      const angle = qpos[joint]! + qpos[play]!
      const wobble = this.#encoderError[i]! * Math.sin(angle + this.#encoderPhase[i]!)
      this.positionRad[i] = angle + this.#zeroOffset[i]! + wobble
      this.motorRadPerS[i] = qvel[joint]!
      this.velocityRadPerS[i] = qvel[joint]! + qvel[play]!
      this.supplyV[i] = this.#drives.supplyV[i]!
    }
  }

  #readState(): void {
    this.#scene.updateKinematics()
    readArmState(this.model, this.#scene, this.#addresses, this.state)
    const { sensordata } = this.#scene.views
    const { tipForce } = this.state
    tipForce.fill(0)
    for (let i = 0; i < this.#touchSize; i++) tipForce[i % 3] = tipForce[i % 3]! - sensordata[i]!
    if (!Number.isFinite(this.state.tip[0]! + this.state.objects[0]!.position[2]!)) {
      throw new CodedError('SIM_DIVERGED', `the twin's mechanics diverged at ${this.timeS} s`, {
        hint: 'a shorter engine.timestepS in the reality',
      })
    }
  }
}
