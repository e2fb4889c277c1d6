import { type ControlSpec, observationOffset } from '../../robot/io/spec.ts'
import { bringIntoWorkspace } from '../../robot/io/workspace.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { clamp } from '../../robot/model/scalar.ts'
import type { PushingParameter } from '../tasks/pushing.ts'
import type { TaskOnArm } from '../tasks/task.schema.ts'
import type { Solver } from './solver.ts'
import { writeToolMove } from './tool-command.ts'

/** Gap left behind the object when the tool comes down [m]. */
const LANDING_GAP_M = 0.022
/** The tool pushes this much below the task's pushing height [m]. */
const BELOW_PUSH_HEIGHT_M = 0.006
/** Aim this far ahead of the tip while pushing; the speed is limited by itself [m]. */
const PUSH_AHEAD_M = 0.05
/** How close to passing height the tool must be before it moves sideways [m]. */
const CLEARANCE_MISS_M = 0.015
/** The object counts as delivered closer than this [m]. */
const DELIVERED_M = 0.012
/** Sideways miss at which a push is given up [m]. */
const LATERAL_LIMIT_M = 0.02
const LATERAL_GAIN = 1.2
const ABOVE_TOLERANCE_M = 0.012
const HEIGHT_TOLERANCE_M = 0.004
const PUSH_SPEED_M_PER_S = 0.16
const OFFSET_GAIN = 0.08
const OFFSET_LIMIT_M = 0.03
const HISTORY = 32

type Phase = 'over' | 'down' | 'push'

/**
 * A scripted pusher through the policy's own interface: observation in, action out, nothing else known.
 * It lifts over the object, lands behind it (or as far behind as the arm reaches), pushes along the line to
 * the goal, and starts again when the object slips sideways. It judges contact by the measured tip and
 * steers the commanded one, ahead of it. An old object measurement it moves forward by what the tip has
 * travelled since, and from contact it learns how far the true tip is from the measured one.
 */
export class PushScript implements Solver {
  private phase: Phase = 'over'
  private readonly at: Readonly<Record<'tool' | 'commanded' | 'object' | 'age' | 'goal', number>>
  private readonly task: TaskOnArm<PushingParameter>
  private readonly model: ArmModel
  private readonly reach: number
  private readonly periodS: number
  /** Estimated true tip minus measured tip, x and y [m]. */
  private readonly offset = new Float64Array(2)
  private readonly history = new Float64Array(2 * HISTORY)
  /** Where to come down. */
  private readonly behind = { x: 0, y: 0 }
  private numSteps = 0

  constructor(spec: ControlSpec, task: TaskOnArm<PushingParameter>, model: ArmModel) {
    this.task = task
    this.model = model
    this.reach = task.objects[0]!.halfSizeM[0] + model.tool.tipRadiusM
    this.periodS = 1 / spec.control.policyRateHz
    this.at = {
      tool: observationOffset(spec, 'toolPosition'),
      commanded: observationOffset(spec, 'commandedTool'),
      object: observationOffset(spec, 'objectPosition'),
      age: observationOffset(spec, 'objectAge'),
      goal: observationOffset(spec, 'goalPosition'),
    }
  }

  reset(): void {
    this.phase = 'over'
    this.offset.fill(0)
    this.numSteps = 0
  }

  /** One policy step; `observation` from `begin`, three actions in -1..1 into `out` from `outBegin`. */
  act(observation: Float32Array, begin: number, out: Float32Array, outBegin: number): void {
    const { at, task, reach } = this
    const aimX = observation[begin + at.commanded]! + this.offset[0]!
    const aimY = observation[begin + at.commanded + 1]! + this.offset[1]!
    const height = observation[begin + at.commanded + 2]!
    const age = observation[begin + at.age]!
    const tipX = observation[begin + at.tool]! + this.offset[0]!
    const tipY = observation[begin + at.tool + 1]! + this.offset[1]!
    const seenX = observation[begin + at.object]!
    const seenY = observation[begin + at.object + 1]!
    const goalX = observation[begin + at.goal]!
    const goalY = observation[begin + at.goal + 1]!
    this.remember(tipX, tipY)

    const along = direction(goalX - seenX, goalY - seenY)
    const moved = this.phase === 'push' ? this.travelledSince(age, along.x, along.y) : 0
    const objectX = seenX + along.x * moved
    const objectY = seenY + along.y * moved
    const distance = Math.max(0, along.length - moved)
    const behind = this.behind
    behind.x = objectX - along.x * (reach + LANDING_GAP_M) - this.offset[0]!
    behind.y = objectY - along.y * (reach + LANDING_GAP_M) - this.offset[1]!
    bringIntoWorkspace(task.control.action.workspace, this.model.originPosition, behind)
    behind.x += this.offset[0]!
    behind.y += this.offset[1]!
    const fromX = tipX - objectX
    const fromY = tipY - objectY
    const lateral = Math.abs(fromX * along.y - fromY * along.x)
    const ahead = fromX * along.x + fromY * along.y

    const low = task.parameters.pushHeightM - BELOW_PUSH_HEIGHT_M
    this.updatePhase(
      Math.hypot(aimX - behind.x, aimY - behind.y),
      height - low,
      distance,
      lateral,
      ahead,
    )

    let targetX = behind.x
    let targetY = behind.y
    let targetZ = low
    let most = task.control.action.stepM
    if (this.phase === 'over') {
      targetZ = task.parameters.clearHeightM
      if (height < task.parameters.clearHeightM - CLEARANCE_MISS_M) {
        targetX = aimX
        targetY = aimY
      }
    } else if (this.phase === 'push') {
      const contactX = objectX - along.x * reach - tipX
      const contactY = objectY - along.y * reach - tipY
      const forward = contactX * along.x + contactY * along.y
      targetX = aimX + along.x * PUSH_AHEAD_M + LATERAL_GAIN * (contactX - along.x * forward)
      targetY = aimY + along.y * PUSH_AHEAD_M + LATERAL_GAIN * (contactY - along.y * forward)
      most = Math.min(PUSH_SPEED_M_PER_S, 0.04 + 1.5 * distance) * this.periodS
      this.learnOffset(seenX, seenY, age, along.x, along.y)
    }
    const move = { dx: targetX - aimX, dy: targetY - aimY, z: targetZ, mostM: most }
    writeToolMove(task.control.action, move, height, out, outBegin)
  }

  private updatePhase(
    toBehind: number,
    aboveLow: number,
    distance: number,
    lateral: number,
    ahead: number,
  ): void {
    if (this.phase === 'over' && toBehind < ABOVE_TOLERANCE_M && distance > 0.02) {
      this.phase = 'down'
    }
    if (this.phase === 'down' && aboveLow < HEIGHT_TOLERANCE_M) this.phase = 'push'
    const isOver = lateral > LATERAL_LIMIT_M || distance < DELIVERED_M || ahead > -0.005
    if (this.phase === 'push' && isOver) this.phase = 'over'
  }

  /** While in contact, object and tip are `reach` apart along the push: what is missing is tip offset. */
  private learnOffset(seenX: number, seenY: number, age: number, ax: number, ay: number): void {
    const slot = this.slotAt(age)
    const gap = (seenX - this.history[2 * slot]!) * ax + (seenY - this.history[2 * slot + 1]!) * ay
    const error = gap - this.reach
    if (Math.abs(error) > OFFSET_LIMIT_M) return
    const learned = OFFSET_GAIN * error
    this.offset[0] = clamp(this.offset[0]! + learned * ax, -OFFSET_LIMIT_M, OFFSET_LIMIT_M)
    this.offset[1] = clamp(this.offset[1]! + learned * ay, -OFFSET_LIMIT_M, OFFSET_LIMIT_M)
  }

  private remember(x: number, y: number): void {
    const slot = this.numSteps % HISTORY
    this.history[2 * slot] = x
    this.history[2 * slot + 1] = y
    this.numSteps++
  }

  private slotAt(ageS: number): number {
    const back = Math.min(this.numSteps - 1, HISTORY - 1, Math.round(ageS / this.periodS))
    return (this.numSteps - 1 - back) % HISTORY
  }

  private travelledSince(ageS: number, ax: number, ay: number): number {
    const then = this.slotAt(ageS)
    const now = this.slotAt(0)
    const dx = this.history[2 * now]! - this.history[2 * then]!
    const dy = this.history[2 * now + 1]! - this.history[2 * then + 1]!
    return Math.max(0, dx * ax + dy * ay)
  }
}

function direction(dx: number, dy: number): { x: number; y: number; length: number } {
  const length = Math.hypot(dx, dy) + 1e-9
  return { x: dx / length, y: dy / length, length }
}
