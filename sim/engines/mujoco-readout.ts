import type { ArmModel } from '../../robot/model/arm.ts'
import { rotate } from '../../robot/model/pose.ts'
import { NAMES } from '../scene/mjcf-names.ts'
import type { ArmState } from './engine.ts'
import type { MujocoScene } from './mujoco-scene.ts'

/** The arrays of `ArmState`, writable: [numJoints] for q and qd, 3 or 4 otherwise. */
export function createArmState(numJoints: number): ArmState {
  return {
    q: new Float64Array(numJoints),
    qd: new Float64Array(numJoints),
    tip: new Float64Array(3),
    tipVelocity: new Float64Array(3),
    tipForce: new Float64Array(3),
    objectPosition: new Float64Array(3),
    objectQuaternion: new Float64Array(4),
    objectVelocity: new Float64Array(3),
    objectAngularVelocity: new Float64Array(3),
  }
}

/** Where the parts of one arm lie in a scene's arrays, [numJoints] each. */
export interface SceneAddresses {
  /** In `qpos` and `qvel`; the play of the gear is -1 where there is none. */
  readonly joint: Int32Array
  readonly play: Int32Array
  /** In `xanchor`, `xaxis`. */
  readonly jointNumber: Int32Array
  /** In `xpos`, `xquat`, `xipos`. */
  readonly body: Int32Array
  readonly objectPosition: number
  readonly objectVelocity: number
}

/** Looks the arm's parts up by name. The arm comes before the object, so `qpos` and `qvel` agree on it. */
export function findAddresses(arm: ArmModel, scene: MujocoScene, hasPlay: boolean): SceneAddresses {
  const object = scene.addressOf(NAMES.objectJoint)
  const perJoint = (find: (index: number) => number) =>
    Int32Array.from({ length: arm.numJoints }, (_, index) => find(index))
  return {
    joint: perJoint((index) => scene.addressOf(NAMES.joint(index)).velocity),
    play: perJoint((index) => (hasPlay ? scene.addressOf(NAMES.play(index)).velocity : -1)),
    jointNumber: perJoint((index) => scene.jointOf(NAMES.joint(index))),
    body: perJoint((index) => scene.bodyOf(NAMES.link(index))),
    objectPosition: object.position,
    objectVelocity: object.velocity,
  }
}

/**
 * Copies joints, tip and object from a scene into `out`, in the base frame; the tip's force is left
 * alone. Kinematics must be up to date.
 */
export function readArmState(
  arm: ArmModel,
  scene: MujocoScene,
  addresses: SceneAddresses,
  out: ArmState,
): void {
  const { qpos, qvel } = scene.views
  for (let joint = 0; joint < arm.numJoints; joint++) {
    const address = addresses.joint[joint]!
    const play = addresses.play[joint]!
    out.q[joint] = qpos[address]! + (play < 0 ? 0 : qpos[play]!)
    out.qd[joint] = qvel[address]! + (play < 0 ? 0 : qvel[play]!)
  }
  readTip(arm, scene, addresses, out)
  readObject(scene, addresses, out)
}

/** Scratch: orientation of the link that carries the tool. */
const turn = new Float64Array(4)

function readTip(
  arm: ArmModel,
  scene: MujocoScene,
  addresses: SceneAddresses,
  out: ArmState,
): void {
  const { xpos, xquat, xanchor, xaxis } = scene.views
  const { tip, tipVelocity } = out
  const body = addresses.body[arm.tool.link]!
  turn[0] = xquat[4 * body + 1]!
  turn[1] = xquat[4 * body + 2]!
  turn[2] = xquat[4 * body + 3]!
  turn[3] = xquat[4 * body]!
  rotate(turn, arm.tool.position, tip)
  for (let axis = 0; axis < 3; axis++) tip[axis] = tip[axis]! + xpos[3 * body + axis]!
  tipVelocity.fill(0)
  for (let joint = arm.tool.link; joint >= 0; joint = arm.parent[joint]!) {
    const at = 3 * addresses.jointNumber[joint]!
    const speed = out.qd[joint]!
    const ax = xaxis[at]!
    const ay = xaxis[at + 1]!
    const az = xaxis[at + 2]!
    if (arm.isPrismatic[joint]) {
      tipVelocity[0] = tipVelocity[0]! + speed * ax
      tipVelocity[1] = tipVelocity[1]! + speed * ay
      tipVelocity[2] = tipVelocity[2]! + speed * az
      continue
    }
    const dx = tip[0]! - xanchor[at]!
    const dy = tip[1]! - xanchor[at + 1]!
    const dz = tip[2]! - xanchor[at + 2]!
    tipVelocity[0] = tipVelocity[0]! + speed * (ay * dz - az * dy)
    tipVelocity[1] = tipVelocity[1]! + speed * (az * dx - ax * dz)
    tipVelocity[2] = tipVelocity[2]! + speed * (ax * dy - ay * dx)
  }
}

/** A free joint's velocity is in the base frame, its angular velocity in the body's. */
function readObject(scene: MujocoScene, addresses: SceneAddresses, out: ArmState): void {
  const { qpos, qvel } = scene.views
  const position = addresses.objectPosition
  const velocity = addresses.objectVelocity
  for (let axis = 0; axis < 3; axis++) {
    out.objectPosition[axis] = qpos[position + axis]!
    out.objectQuaternion[axis] = qpos[position + 4 + axis]!
    out.objectVelocity[axis] = qvel[velocity + axis]!
    out.objectAngularVelocity[axis] = qvel[velocity + 3 + axis]!
  }
  out.objectQuaternion[3] = qpos[position + 3]!
  rotate(out.objectQuaternion, out.objectAngularVelocity, out.objectAngularVelocity)
}
