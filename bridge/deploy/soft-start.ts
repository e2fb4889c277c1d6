import { CodedError } from '../../configs/load/coded-error.ts'
import type { ControlSpec } from '../../robot/io/spec.ts'
import { leanAt, type ToolController } from '../../robot/io/tool-controller.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { Clock } from '../../robot/model/clock.ts'
import { createToolIk } from '../../robot/model/tool-ik.ts'
import type { ArmPort } from './arm-port.ts'
import type { DeployConfig } from './deploy.schema.ts'
import { Pace } from './pace.ts'
import type { LoopRequests } from './sources.ts'
import { slowMoveStoppedBy } from './stop-errors.ts'

const IK_ITERATIONS = 80
const PERIOD_S = 0.01
const TOLERANCE_M = 0.005
/** Joint limits and rounding may keep a command so far from its aim [rad]. */
const ARRIVED_RAD = 0.05
/** Arms that hold their tool otherwise than a policy would, by more than weak ones sag, do not stand at their start [rad]. */
const POSTURE_RAD = 0.25
/** A hand that is turned or opened by more than these shares of its way is not where an episode begins. */
const TURNED_SHARE = 0.05
const OPENED_SHARE = 0.2
/** Fastest moment of the rest-to-rest profile, as a multiple of its mean speed. */
const PEAK_OVER_MEAN = 1.5

export interface SlowMoveOptions {
  readonly config: DeployConfig
  readonly clock: Clock
  /** An emergency stop ends the move; resets wait. */
  readonly requests: LoopRequests
  readonly signal: AbortSignal
}

export interface SoftStartOptions extends SlowMoveOptions {
  readonly model: ArmModel
  readonly spec: ControlSpec
  /** Where the task's episodes begin; default: `startBox` of the config. */
  readonly toolStart?: DeployConfig['softStart']['startBox']
}

/**
 * Moves the arm slowly, in joint space, to the configured start, when its tool is not where a policy may
 * begin, or it is held otherwise than a policy would hold it, or its hand is turned or open. From the measured
 * pose, through the safety filter.
 */
export async function moveToStart(
  port: ArmPort,
  controller: ToolController,
  options: SoftStartOptions,
): Promise<void> {
  const { config, model, toolStart = config.softStart.startBox } = options
  const canBegin =
    controller.reset(port.activeQ) &&
    farthest(port.activeQ, controller.commandQ) < POSTURE_RAD &&
    isHandReady(port.activeQ, options)
  if (canBegin && isInside(controller.measuredTip, toolStart)) return
  const { tool } = config.softStart
  const [x0, y0] = [model.originPosition[0]!, model.originPosition[1]!]
  const lean = leanAt(options.spec.control.action, Math.hypot(tool.xM - x0, tool.yM - y0))
  await moveJoints(port, poseFor(model, tool, lean, `softStart.tool of ${config.name}`), options)
}

/**
 * Joints that put the tool somewhere, from the rest pose [numJoints], [rad].
 * @param name - of the place, for messages
 * @throws ROBOT_UNREACHABLE
 */
export function poseFor(
  model: ArmModel,
  { xM, yM, zM }: DeployConfig['softStart']['tool'],
  leanRad: number,
  name: string,
): Float64Array {
  const pose = Float64Array.from(model.restPose)
  const ik = createToolIk(model, { iterations: IK_ITERATIONS })
  const error = ik.solve({ x: xM, y: yM, z: zM }, leanRad, pose)
  if (error < TOLERANCE_M) return pose
  throw new CodedError('ROBOT_UNREACHABLE', `${name} is ${error.toFixed(3)} m out of reach`, {
    hint: 'change it in the deploy config',
  })
}

/**
 * Moves slowly to a pose, or as near to it as the joints' bounds allow, on a way on which no rule has to step in if
 * there is one. Returns whether it arrived: an emergency stop ends it early. Rejects with the signal's reason when it
 * aborts; the arm is then still moving.
 *
 * @throws ROBOT_SAFETY_STOP when something, or a rule, is in the way
 */
export async function moveJoints(
  port: ArmPort,
  wanted: Float64Array,
  options: SlowMoveOptions,
): Promise<boolean> {
  if (!(await moveTowards(port, wanted, options))) return false
  const arrived = port.commandedQ()
  const aim = port.intoBounds(wanted)
  // What a hand holds keeps it from closing.
  if (port.handJoint >= 0) aim[port.handJoint] = arrived[port.handJoint]!
  if (farthest(arrived, aim) < ARRIVED_RAD) return true
  throw new CodedError('ROBOT_SAFETY_STOP', 'there is no free way from where the arm is', {
    hint: 'switch its power off, lead it by hand to where it stands free, and try again',
  })
}

/**
 * As `moveJoints`, but only as far as the rules let it: an arm that lay on the table is not let down on it again.
 * Returns false when an emergency stop ended it.
 */
export async function moveTowards(
  port: ArmPort,
  wanted: Float64Array,
  options: SlowMoveOptions,
): Promise<boolean> {
  const aim = port.intoBounds(wanted)
  const way = port.findWay(aim) ?? [aim]
  for (const pose of way) if (!(await moveStraight(port, pose, options))) return false
  return true
}

/**
 * Straight line in joint space, all joints arriving together, none faster than the soft-start speed, also after
 * cycles that were missed; begun anew from where the arm has been held.
 */
async function moveStraight(
  port: ArmPort,
  aim: Float64Array,
  { clock, config, requests, signal }: SlowMoveOptions,
): Promise<boolean> {
  const { speedRadPerS } = config.softStart
  const at = new Float64Array(aim.length)
  const pace = new Pace(clock, PERIOD_S)
  let line = straightLine(port.commandedQ(), aim, speedRadPerS)
  for (let cycle = 1; ; cycle++) {
    signal.throwIfAborted()
    if (requests.isStopped) return false
    const isWhole = line(cycle * PERIOD_S, at)
    await port.readArm()
    const report = await port.sendSafely(at, 0, PERIOD_S)
    if (report.verdict === 'yield') await port.giveIn()
    // No other sensor is looked at here: it is the arm's own joints that are not known.
    const isBlind = report.rule === 'lostSensor'
    if (report.verdict === 'stop' || report.verdict === 'yield' || isBlind) {
      throw slowMoveStoppedBy(report.rule)
    }
    if (report.verdict === 'hold') {
      line = straightLine(port.commandedQ(), aim, speedRadPerS)
      cycle = 0
    } else if (isWhole) return true
    await pace.next(signal)
  }
}

/** From rest to rest: writes where the joints are after `seconds` [rad], and returns whether that is `aim`. */
function straightLine(
  from: Float64Array,
  aim: Float64Array,
  speedRadPerS: number,
): (seconds: number, out: Float64Array) => boolean {
  const durationS = (PEAK_OVER_MEAN * farthest(from, aim)) / speedRadPerS
  return (seconds, out) => {
    const share = Math.min(1, seconds / durationS)
    for (let i = 0; i < out.length; i++) out[i] = from[i]! + (aim[i]! - from[i]!) * smooth(share)
    return share >= 1
  }
}

/** The greatest distance of a joint between two poses [rad]. */
function farthest(from: Float64Array, to: Float64Array): number {
  return from.reduce((most, q, i) => Math.max(most, Math.abs(to[i]! - q)), 0)
}

/** Rest to rest, 0..1. */
function smooth(share: number): number {
  return share * share * (3 - 2 * share)
}

/** Whether the joints that a policy moves by itself are where the rest pose has them. */
function isHandReady(q: Float64Array, { model, spec }: SoftStartOptions): boolean {
  const isNear = (joint: number, strokeRad: number, share: number) =>
    Math.abs(q[joint]! - model.restPose[joint]!) <= share * Math.abs(strokeRad)
  const { gripper, turn } = spec.control.action
  const turned = turn === undefined ? -1 : model.jointNames.indexOf(turn.joint)
  const strokeRad = turned < 0 ? 0 : model.upper[turned]! - model.lower[turned]!
  if (turned >= 0 && !isNear(turned, strokeRad, TURNED_SHARE)) return false
  if (gripper === undefined || model.gripper === undefined) return true
  const { closed, joint, open } = model.gripper
  return isNear(joint, open - closed, OPENED_SHARE)
}

function isInside(tip: Float64Array, box: DeployConfig['softStart']['startBox']): boolean {
  const within = (value: number, [low, high]: readonly [number, number]) =>
    value >= low && value <= high
  return within(tip[0]!, box.xM) && within(tip[1]!, box.yM) && within(tip[2]!, box.zM)
}
