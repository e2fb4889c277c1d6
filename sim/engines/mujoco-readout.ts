import type { ArmModel } from '../../robot/model/arm.ts'
import { rotate } from '../../robot/model/pose.ts'
import { NAMES } from '../scene/mjcf-names.ts'
import type { ArmState, ObjectState } from './engine.ts'
import type { MujocoScene } from './mujoco-scene.ts'

/** Where the parts of one arm lie in a scene's arrays, [numJoints] each. */
export interface SceneAddresses {
  /** In `qpos` and `qvel`; the play of the gear is -1 where there is none. */
  readonly joint: Int32Array
  readonly play: Int32Array
  /** In `xanchor`, `xaxis`. */
  readonly jointNumber: Int32Array
  /** In `xpos`, `xquat`, `xipos`. */
  readonly body: Int32Array
  /** Where each object's coordinates begin in `qpos`, its velocities in `qvel`, and its body. */
  readonly objects: readonly {
    readonly position: number
    readonly velocity: number
    readonly body: number
  }[]
}

/** Looks the parts up by name. The arm comes before the objects, so `qpos` and `qvel` agree on it. */
export function findAddresses(
  arm: ArmModel,
  scene: MujocoScene,
  numObjects: number,
  hasPlay: boolean,
): SceneAddresses {
  const perJoint = (find: (index: number) => number) =>
    Int32Array.from({ length: arm.numJoints }, (_, index) => find(index))
  return {
    joint: perJoint((index) => scene.addressOf(NAMES.joint(index)).velocity),
    play: perJoint((index) => (hasPlay ? scene.addressOf(NAMES.play(index)).velocity : -1)),
    jointNumber: perJoint((index) => scene.jointOf(NAMES.joint(index))),
    body: perJoint((index) => scene.bodyOf(NAMES.link(index))),
    objects: Array.from({ length: numObjects }, (_, index) => ({
      ...scene.addressOf(NAMES.objectJoint(index)),
      body: scene.bodyOf(NAMES.object(index)),
    })),
  }
}

/**
 * Copies joints, tip and objects from a scene into `out`, in the base frame; the tip's force is left
 * alone. Kinematics must be up to date.
 */
export function readArmState(
  arm: ArmModel,
  scene: MujocoScene,
  addresses: SceneAddresses,
  out: ArmState,
): void {
  const { qpos, qvel, xpos } = scene.views
  for (let joint = 0; joint < arm.numJoints; joint++) {
    const body = 3 * addresses.body[joint]!
    for (let axis = 0; axis < 3; axis++) out.linkPosition[3 * joint + axis] = xpos[body + axis]!
    const address = addresses.joint[joint]!
    const play = addresses.play[joint]!
    out.q[joint] = qpos[address]! + (play < 0 ? 0 : qpos[play]!)
    out.qd[joint] = qvel[address]! + (play < 0 ? 0 : qvel[play]!)
  }
  readTip(arm, scene, addresses, out)
  for (let k = 0; k < out.objects.length; k++) {
    readObject(scene, addresses.objects[k]!, out.objects[k]!)
  }
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
function readObject(
  scene: MujocoScene,
  address: SceneAddresses['objects'][number],
  out: ObjectState,
): void {
  const { qpos, qvel } = scene.views
  const { position, velocity } = address
  for (let axis = 0; axis < 3; axis++) {
    out.position[axis] = qpos[position + axis]!
    out.quaternion[axis] = qpos[position + 4 + axis]!
    out.velocity[axis] = qvel[velocity + axis]!
    out.angularVelocity[axis] = qvel[velocity + 3 + axis]!
  }
  out.quaternion[3] = qpos[position + 3]!
  rotate(out.quaternion, out.angularVelocity, out.angularVelocity)
}
