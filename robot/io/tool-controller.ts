import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmModel, GripperModel } from '../model/arm.ts'
import { ArmDynamics } from '../model/dynamics.ts'
import { ArmKinematics } from '../model/kinematics.ts'
import { yawOf } from '../model/pose.ts'
import { clamp } from '../model/scalar.ts'
import { createToolIk, type ToolIk } from '../model/tool-ik.ts'
import type { ToolAction } from './control.schema.ts'
import { bringIntoWorkspace } from './workspace.ts'

/** Largest miss of the inverse kinematics that still counts as reached [m]. */
const REACH_TOLERANCE_M = 0.002
const START_ITERATIONS = 40

/**
 * Turns a policy's tool-space action into joint set-points. One object per arm, the same in training and
 * deployment; it steers the *commanded* tip, because a weak arm's measured tip lags and sags behind it.
 *
 *   sideways = step · (action x, action y), shortened to one step; height goes towards centre + span · action z
 *   by at most its own step; command tip += both, kept inside the workspace
 *   turned joint += step · action turn;  opening goes towards (1 + action gripper) / 2 by at most its own step
 *   q = inverse kinematics(command tip, lean by radius), the turned joint held, the gripper's by its opening
 *   set-point = q + nominal gravity torque(q) / nominal stiffness + trim
 */
export class ToolController {
  /** Tip the set-points aim at, base frame [m], [3]. */
  readonly commandedTip = new Float64Array(3)
  /** Tip of the measured joints, base frame [m], [3]. */
  readonly measuredTip = new Float64Array(3)
  /** Joint solution of the commanded tip [numJoints], [rad]. */
  readonly commandQ: Float64Array
  /** What the servos are told [numJoints], [rad]. */
  readonly setpoint: Float64Array
  readonly trim: Float64Array
  /** Indices of the joints that are trimmed. */
  readonly trimJoints: Int32Array
  readonly previousAction: Float64Array
  /** Heading of the tool's x axis, measured, seen from above [rad]. */
  measuredYaw = 0
  /** What actions mean. */
  readonly action: ToolAction

  private readonly feedForward: Float64Array
  private readonly isFeedForward: Uint8Array
  private readonly lagged: Float64Array
  private readonly laggedBefore: Float64Array
  private readonly candidateQ: Float64Array
  /** Commanded joint of `turn` [rad], and opening of the gripper, 0 closed to 1 open. */
  private turned = 0
  private opening = 0
  private readonly turnJoint: number
  private readonly gripper: GripperModel | undefined
  private readonly nominal: ArmDynamics
  private readonly kinematics: ArmKinematics
  private readonly ik: ToolIk
  private readonly startIk: ToolIk
  private readonly goal = { x: 0, y: 0, z: 0 }
  private readonly baseX: number
  private readonly baseY: number
  private readonly model: ArmModel

  constructor(model: ArmModel, action: ToolAction) {
    const n = model.numJoints
    this.model = model
    this.action = action
    this.commandQ = new Float64Array(n)
    this.setpoint = new Float64Array(n)
    this.trim = new Float64Array(n)
    this.feedForward = new Float64Array(n)
    this.lagged = new Float64Array(n)
    this.laggedBefore = new Float64Array(n)
    this.candidateQ = new Float64Array(n)
    this.trimJoints = Int32Array.from(action.trim.joints, (name) => jointIndex(model, name))
    this.isFeedForward = new Uint8Array(n)
    for (const name of action.feedForwardJoints) this.isFeedForward[jointIndex(model, name)] = 1
    const { turn, gripper } = action
    this.turnJoint = turn === undefined ? -1 : jointIndex(model, turn.joint)
    this.gripper = gripper === undefined ? undefined : gripperOf(model)
    this.previousAction = new Float64Array(3 + (turn ? 1 : 0) + (gripper ? 1 : 0))
    this.nominal = new ArmDynamics(model)
    this.kinematics = new ArmKinematics(model)
    const held = turn === undefined ? [] : [this.turnJoint]
    this.ik = createToolIk(model, { held })
    this.startIk = createToolIk(model, { iterations: START_ITERATIONS, held })
    this.baseX = model.originPosition[0]!
    this.baseY = model.originPosition[1]!
  }

  /**
   * Begins an episode where the arm stands: the commanded tip is the measured one, its height brought into
   * the commanded range. Returns false when the first step would jump from there farther than a step may.
   * @param measuredQ - [numJoints], [rad]
   */
  reset(measuredQ: Float64Array): boolean {
    this.measure(measuredQ)
    const tip = this.kinematics.tip
    this.commandQ.set(measuredQ)
    this.trim.fill(0)
    this.previousAction.fill(0)
    this.beginToolJoints(measuredQ)
    const { height, stepM } = this.action
    const z = clamp(tip[2]!, height.minM, height.maxM)
    const isReached = this.aim(tip[0]!, tip[1]!, z, this.startIk)
    if (!isReached) this.commandedTip.set(tip)
    const { x, y } = this.insideWorkspace(tip[0]!, tip[1]!)
    const jumpM = Math.hypot(x - tip[0]!, y - tip[1]!, z - tip[2]!)
    this.lagged.set(this.commandQ)
    this.laggedBefore.set(this.commandQ)
    this.updateSetpoint()
    return isReached && jumpM <= stepM
  }

  /** Measured joints of this policy step [numJoints], [rad]; call before the observation is written. */
  measure(measuredQ: Float64Array): void {
    this.kinematics.forward(measuredQ)
    this.measuredTip.set(this.kinematics.tip)
    this.measuredYaw = yawOf(this.kinematics.tipQuaternion)
  }

  /**
   * One policy step.
   * @param action - values in the order of the spec's `actionNames`, clipped to -1..1 here
   * @param measuredQ - the joints that the policy saw [numJoints], [rad]
   */
  step(action: ArrayLike<number>, offset: number, measuredQ: Float64Array): void {
    const { stepM, height } = this.action
    const previous = this.previousAction
    for (let i = 0; i < previous.length; i++) previous[i] = clamp(action[offset + i]!, -1, 1)
    const tip = this.commandedTip
    const dx = stepM * previous[0]!
    const dy = stepM * previous[1]!
    const asked =
      height.mode === 'relative'
        ? tip[2]! + height.stepM * previous[2]!
        : height.centreM + height.spanM * previous[2]!
    const wanted = clamp(asked, height.minM, height.maxM)
    const scale = Math.min(1, stepM / (Math.hypot(dx, dy) + 1e-12))
    const { x, y } = this.insideWorkspace(tip[0]! + scale * dx, tip[1]! + scale * dy)
    const z = tip[2]! + clamp(wanted - tip[2]!, -height.stepM, height.stepM)
    this.moveToolJoints()
    if (!this.aim(x, y, z, this.ik)) this.aim(x, y, tip[2]!, this.ik)
    this.updateTrim(measuredQ)
    this.updateSetpoint()
  }

  save() {
    const { commandedTip, measuredTip, measuredYaw, commandQ, setpoint, trim } = this
    const { previousAction, lagged, laggedBefore, turned, opening } = this
    const measured = { measuredTip, measuredYaw }
    const commanded = { commandedTip, commandQ, setpoint, trim, previousAction, turned, opening }
    return structuredClone({ ...measured, ...commanded, lagged, laggedBefore })
  }

  restore(saved: ReturnType<ToolController['save']>): void {
    this.measuredTip.set(saved.measuredTip)
    this.measuredYaw = saved.measuredYaw
    this.commandedTip.set(saved.commandedTip)
    this.commandQ.set(saved.commandQ)
    this.setpoint.set(saved.setpoint)
    this.trim.set(saved.trim)
    this.previousAction.set(saved.previousAction)
    this.turned = saved.turned
    this.opening = saved.opening
    this.lagged.set(saved.lagged)
    this.laggedBefore.set(saved.laggedBefore)
  }

  /** Turned joint and opening as they are measured. */
  private beginToolJoints(measuredQ: Float64Array): void {
    if (this.turnJoint >= 0) this.turned = measuredQ[this.turnJoint]!
    if (this.gripper === undefined) return
    const { joint, open, closed } = this.gripper
    this.opening = clamp((measuredQ[joint]! - closed) / (open - closed), 0, 1)
  }

  private moveToolJoints(): void {
    const { turn, gripper } = this.action
    const { model, previousAction: action } = this
    if (turn !== undefined) {
      const next = this.turned + turn.stepRad * action[3]!
      this.turned = clamp(next, model.lower[this.turnJoint]!, model.upper[this.turnJoint]!)
    }
    if (gripper !== undefined) {
      const wanted = (1 + action[action.length - 1]!) / 2
      const { stepShare } = gripper
      this.opening += clamp(wanted - this.opening, -stepShare, stepShare)
    }
  }

  /** Joints that the inverse kinematics leaves alone. */
  private placeToolJoints(q: Float64Array): void {
    if (this.turnJoint >= 0) q[this.turnJoint] = this.turned
    if (this.gripper === undefined) return
    const { joint, open, closed } = this.gripper
    q[joint] = closed + this.opening * (open - closed)
    for (const { leader, follower, ratio, offset } of this.model.mimics) {
      q[follower] = ratio * q[leader]! + offset
    }
  }

  /** Moves the command to a place, or leaves it and returns false when the arm cannot reach it. */
  private aim(x: number, y: number, z: number, ik: ToolIk): boolean {
    const { goal, candidateQ } = this
    goal.x = x
    goal.y = y
    goal.z = z
    candidateQ.set(this.commandQ)
    this.placeToolJoints(candidateQ)
    const error = ik.solve(goal, this.lean(x, y), candidateQ)
    if (!(error < REACH_TOLERANCE_M)) {
      this.placeToolJoints(this.commandQ)
      return false
    }
    this.commandQ.set(candidateQ)
    this.commandedTip[0] = x
    this.commandedTip[1] = y
    this.commandedTip[2] = z
    return true
  }

  private insideWorkspace(x: number, y: number): { x: number; y: number } {
    const { goal } = this
    goal.x = x
    goal.y = y
    bringIntoWorkspace(this.action.workspace, this.model.originPosition, goal)
    return goal
  }

  private lean(x: number, y: number): number {
    return leanAt(this.action, Math.hypot(x - this.baseX, y - this.baseY))
  }

  private updateTrim(measuredQ: Float64Array): void {
    const { gain, maxRad, maxErrorRad, lagAlpha } = this.action.trim
    for (let j = 0; j < this.trimJoints.length; j++) {
      const i = this.trimJoints[j]!
      const error = this.laggedBefore[i]! - measuredQ[i]!
      if (Math.abs(error) < maxErrorRad) {
        this.trim[i] = clamp(this.trim[i]! + gain * error, -maxRad, maxRad)
      }
    }
    for (let i = 0; i < this.lagged.length; i++) {
      this.laggedBefore[i] = this.lagged[i]!
      this.lagged[i]! += lagAlpha * (this.commandQ[i]! - this.lagged[i]!)
    }
  }

  private updateSetpoint(): void {
    const { setpoint, commandQ, trim, feedForward, isFeedForward, model } = this
    this.nominal.gravityTorque(commandQ, feedForward)
    for (let i = 0; i < setpoint.length; i++) {
      const sag = isFeedForward[i] === 1 ? feedForward[i]! / model.stiffnessNmPerRad[i]! : 0
      setpoint[i] = commandQ[i]! + sag + trim[i]!
    }
  }
}

/** Lean of the tool from straight down [rad] at a distance from the base axis [m]. */
export function leanAt(action: ToolAction, radiusM: number): number {
  const { maxRad, startM, spanM, limit } = action.lean
  return maxRad * clamp((radiusM - startM) / spanM, 0, limit)
}

function jointIndex(model: ArmModel, name: string): number {
  const index = model.jointNames.indexOf(name)
  if (index < 0) {
    throw new CodedError('CONFIG_UNKNOWN_NAME', `arm ${model.name} has no active joint '${name}'`, {
      hint: `its joints are ${model.jointNames.join(', ')}`,
    })
  }
  return index
}

function gripperOf(model: ArmModel): GripperModel {
  if (model.gripper !== undefined) return model.gripper
  throw new CodedError('ROBOT_ARM_INVALID', `arm ${model.name} has no gripper that moves`, {
    hint: 'describe one under `gripper` in its YAML, or leave the gripper out of the action',
  })
}
