import type { ArmModel } from '../../../robot/model/arm.ts'
import { ArmDynamics } from '../../../robot/model/dynamics.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import type { PushOnArm } from '../../../sim/tasks/push.ts'
import { type JointRig, moveTo } from './joint-rig.ts'
import { poseAhead } from './study-poses.ts'

export interface SagRow {
  /** Tool point straight ahead, base frame. */
  readonly xM: number
  /** How far the tool point rests below the commanded one; first without, then with feed-forward. */
  readonly plainM: number
  readonly feedForwardM: number
  /** Largest droop of a joint without feed-forward [rad]. */
  readonly jointRad: number
}

const HEIGHT_M = 0.02
const ABOVE_M = 0.06
const MOVE_S = 0.6
const SETTLE_S = 0.8

/**
 * Sag under gravity at pushing height, reached from above. Feed-forward adds the nominal gravity torque over
 * the nominal stiffness to the command, as the controller of a policy does.
 */
export async function measureSag(
  rig: JointRig,
  model: ArmModel,
  task: PushOnArm,
  xsM: readonly number[],
): Promise<SagRow[]> {
  const rows: SagRow[] = []
  for (const xM of xsM) {
    const above = poseAhead(model, task, xM, HEIGHT_M + ABOVE_M)
    const pose = poseAhead(model, task, xM, HEIGHT_M)
    await moveTo(rig, Float64Array.from(rig.position), above, MOVE_S, 0)
    await moveTo(rig, above, pose, MOVE_S, SETTLE_S)
    const plain = droop(rig, model, pose)
    const raised = withFeedForward(model, task, pose)
    await moveTo(rig, pose, withFeedForward(model, task, above), MOVE_S, 0)
    await moveTo(rig, withFeedForward(model, task, above), raised, MOVE_S, SETTLE_S)
    const fed = droop(rig, model, pose)
    rows.push({ xM, plainM: plain.tipM, feedForwardM: fed.tipM, jointRad: plain.jointRad })
  }
  return rows
}

function droop(rig: JointRig, model: ArmModel, pose: Float64Array) {
  const kinematics = new ArmKinematics(model)
  kinematics.forward(pose)
  const wantedZ = kinematics.tip[2]!
  kinematics.forward(rig.position)
  let jointRad = 0
  for (let i = 0; i < pose.length; i++) {
    jointRad = Math.max(jointRad, Math.abs(pose[i]! - rig.position[i]!))
  }
  return { tipM: wantedZ - kinematics.tip[2]!, jointRad }
}

function withFeedForward(model: ArmModel, task: PushOnArm, pose: Float64Array): Float64Array {
  const raised = new Float64Array(pose.length)
  new ArmDynamics(model).gravityTorque(pose, raised)
  for (let i = 0; i < pose.length; i++) {
    const isFed = task.control.action.feedForwardJoints.includes(model.jointNames[i]!)
    raised[i] = pose[i]! + (isFed ? raised[i]! / model.stiffnessNmPerRad[i]! : 0)
  }
  return raised
}
