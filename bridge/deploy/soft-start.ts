import { CodedError } from '../../configs/load/coded-error.ts'
import type { ControlSpec } from '../../robot/io/spec.ts'
import { leanAt, type ToolController } from '../../robot/io/tool-controller.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { Clock } from '../../robot/model/clock.ts'
import { createToolIk } from '../../robot/model/tool-ik.ts'
import type { ArmPort } from './arm-port.ts'
import type { DeployConfig } from './deploy.schema.ts'
import type { LoopRequests } from './sources.ts'

const IK_ITERATIONS = 80
const PERIOD_S = 0.01
const TOLERANCE_M = 0.005
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
}

/**
 * Moves the arm slowly, in joint space, to the configured start, when its tool is not where a policy may
 * begin. From the measured pose, through the safety filter.
 */
export async function moveToStart(
  port: ArmPort,
  controller: ToolController,
  options: SoftStartOptions,
): Promise<void> {
  const { config, model } = options
  const canBegin = controller.reset(port.activeQ)
  if (canBegin && isInside(controller.measuredTip, config.softStart.startBox)) return
  const { xM, yM, zM } = config.softStart.tool
  const aim = Float64Array.from(model.restPose)
  const lean = leanAt(
    options.spec.control.action,
    Math.hypot(xM - model.originPosition[0]!, yM - model.originPosition[1]!),
  )
  const error = createToolIk(model, { iterations: IK_ITERATIONS }).solve(
    { x: xM, y: yM, z: zM },
    lean,
    aim,
  )
  if (!(error < TOLERANCE_M)) {
    throw new CodedError(
      'ROBOT_UNREACHABLE',
      `the start of ${config.name} is ${error.toFixed(3)} m out of reach`,
      {
        hint: 'change softStart.tool in the deploy config',
      },
    )
  }
  await moveJoints(port, aim, options)
}

/**
 * Straight line in joint space, all joints arriving together, none faster than the soft-start speed.
 * Returns whether it arrived: an emergency stop ends it early. Rejects with the signal's reason when it
 * aborts; the arm is then still moving.
 */
export async function moveJoints(
  port: ArmPort,
  aim: Float64Array,
  { clock, config, requests, signal }: SlowMoveOptions,
): Promise<boolean> {
  const from = Float64Array.from(port.activeQ)
  const at = new Float64Array(aim.length)
  let farthest = 0
  for (let i = 0; i < aim.length; i++) farthest = Math.max(farthest, Math.abs(aim[i]! - from[i]!))
  const durationS = (PEAK_OVER_MEAN * farthest) / config.softStart.speedRadPerS
  const beganS = clock.now()
  for (let cycle = 1; ; cycle++) {
    signal.throwIfAborted()
    if (requests.isStopped) return false
    const share = Math.min(1, (cycle * PERIOD_S) / durationS)
    for (let i = 0; i < at.length; i++) at[i] = from[i]! + (aim[i]! - from[i]!) * smooth(share)
    await port.readArm()
    const report = await port.sendSafely(at, 0, PERIOD_S)
    if (report.verdict === 'yield') await port.giveIn()
    if (report.verdict === 'stop' || report.verdict === 'yield') {
      throw new CodedError(
        'ROBOT_SAFETY_STOP',
        `safety rule ${report.rule} stopped the slow move`,
        {
          hint: 'clear the way between the arm and its start, then try again',
        },
      )
    }
    if (share >= 1) return true
    await clock.sleepUntil(beganS + cycle * PERIOD_S, signal)
  }
}

/** Rest to rest, 0..1. */
function smooth(share: number): number {
  return share * share * (3 - 2 * share)
}

function isInside(tip: Float64Array, box: DeployConfig['softStart']['startBox']): boolean {
  const within = (value: number, [low, high]: readonly [number, number]) =>
    value >= low && value <= high
  return within(tip[0]!, box.xM) && within(tip[1]!, box.yM) && within(tip[2]!, box.zM)
}
