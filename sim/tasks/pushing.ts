import type { RandomStream } from '../../robot/model/random.ts'
import { clamp } from '../../robot/model/scalar.ts'
import type { ArmState, Physics, Start } from '../engines/engine.ts'
import { restOnTable } from '../scene/table.ts'
import { placeClutter } from './clutter.ts'
import { bringNearer, effortOf, LOST_M } from './distances.ts'
import { ReachableArea } from './reachable-area.ts'
import { createOutcome, type Task, type TaskSetting } from './task.ts'
import type { DrawToolStart } from './tool-start.ts'

/** Scale of the bonus for precision [m]. */
const PRECISION_M = 0.03
/** Closer than this to the goal, the place behind the object moves to its centre [m]. */
const NEAR_GOAL_M = 0.04
/** Gap between object and tip at the place behind it [m]. */
const BEHIND_GAP_M = 0.012

/** Numbers that every pushing task has. */
export const PUSHING_PARAMETERS = {
  reachRingM: 'the tip must reach a ring of this radius round the places of its area',
  pushHeightM: 'height of the tip above the table while pushing',
  clearHeightM: 'height of the tip that passes over the object',
}
export const PUSHING_TERMS = {
  progress: 'decrease of the distance from object to goal [m]',
  approach: 'decrease of the distance from the tip to the place behind the object [m]',
  inside: '1 inside the main threshold',
  precision: 'exp(-(distance / 3 cm)²)',
  effort: 'sum of squared actions',
  success: '1 at the end of the episode inside the main threshold',
}
export type PushingParameter = keyof typeof PUSHING_PARAMETERS

/** Draws a goal [2] for an object at x, y. */
export type DrawPushGoal = (stream: RandomStream, x: number, y: number, goal: Float64Array) => void

/** Where the tip gets behind an object from every side. */
export function pushArea({ model, onArm }: Omit<TaskSetting<PushingParameter>, 'thresholdM'>) {
  return new ReachableArea(model, {
    area: onArm.area,
    action: onArm.control.action,
    ringM: onArm.parameters.reachRingM,
    heightM: onArm.parameters.pushHeightM,
  })
}

/** Moving the first object over the table, with the closed gripper, to a place: goal x, y. Others are clutter. */
export class Pushing implements Task {
  readonly goal = new Float64Array(2)
  readonly terms = new Float64Array(Object.keys(PUSHING_TERMS).length)
  readonly outcome = createOutcome()
  readonly numFeatures = 7
  /** Distances that `progress` and `approach` are differences of. */
  private goalM = 0
  private behindM = 0
  private readonly setting: TaskSetting<PushingParameter>
  private readonly area: ReachableArea
  private readonly drawTool: DrawToolStart
  private readonly drawGoal: DrawPushGoal
  private readonly place = new Float64Array(2)

  constructor(
    setting: TaskSetting<PushingParameter>,
    area: ReachableArea,
    drawTool: DrawToolStart,
    drawGoal: DrawPushGoal,
  ) {
    this.setting = setting
    this.area = area
    this.drawTool = drawTool
    this.drawGoal = drawGoal
  }

  begin(stream: RandomStream, physics: Physics, zeroOffsetRad: Float64Array, start: Start): void {
    const { place, area } = this
    area.sample(stream, 0, 0, 0, place)
    this.drawGoal(stream, place[0]!, place[1]!, this.goal)
    const yaw = stream.between(-Math.PI, Math.PI)
    const halfHeight = physics.objects[0]!.shape.halfSizeM[2]!
    restOnTable(physics.table, halfHeight, place[0]!, place[1]!, yaw, start.objects[0]!)
    placeClutter(stream, physics, area, this.goal, start)
    this.drawTool(stream, start.objects, zeroOffsetRad, start.q)
  }

  newGoal(stream: RandomStream, state: ArmState): void {
    const { position } = state.objects[0]!
    this.drawGoal(stream, position[0]!, position[1]!, this.goal)
  }

  bringGoalNearer(share: number, state: ArmState): void {
    bringNearer(this.goal, state.objects[0]!.position, share, 2)
  }

  look(state: ArmState, physics: Physics): void {
    this.outcome.point.set(state.objects[0]!.position)
    const { position } = state.objects[0]!
    const distance = Math.hypot(this.goal[0]! - position[0]!, this.goal[1]! - position[1]!)
    this.goalM = Math.min(distance, LOST_M)
    this.behindM = Math.min(this.distanceBehind(state, physics, distance), LOST_M)
    this.outcome.distanceM = this.goalM
  }

  reward(state: ArmState, physics: Physics, action: Float64Array, isLastStep: boolean): void {
    const { terms, goalM, behindM } = this
    this.look(state, physics)
    const isInside = this.goalM < this.setting.thresholdM ? 1 : 0
    terms[0] = goalM - this.goalM
    terms[1] = behindM - this.behindM
    terms[2] = isInside
    terms[3] = Math.exp(-((this.goalM / PRECISION_M) ** 2))
    terms[4] = effortOf(action)
    terms[5] = isLastStep ? isInside : 0
  }

  writeFeatures(state: ArmState, out: Float32Array, offset: number): void {
    const { position } = state.objects[0]!
    const gx = this.goal[0]! - position[0]!
    const gy = this.goal[1]! - position[1]!
    const distance = Math.hypot(gx, gy) + 1e-6
    out[offset] = Math.min(distance, LOST_M)
    out[offset + 1] = clamp(gx, -LOST_M, LOST_M)
    out[offset + 2] = clamp(gy, -LOST_M, LOST_M)
    out[offset + 3] = gx / distance
    out[offset + 4] = gy / distance
    out[offset + 5] = this.goal[0]!
    out[offset + 6] = this.goal[1]!
  }

  /** Distance of the tip from the place from which to push the object to the goal [m]. */
  private distanceBehind({ tip, objects }: ArmState, physics: Physics, distance: number): number {
    const { model, onArm } = this.setting
    const { position } = objects[0]!
    const gap = physics.objects[0]!.shape.halfSizeM[0]! + model.tool.tipRadiusM + BEHIND_GAP_M
    const back = (gap * Math.min(1, distance / NEAR_GOAL_M)) / (distance + 1e-6)
    return Math.hypot(
      tip[0]! - position[0]! + (this.goal[0]! - position[0]!) * back,
      tip[1]! - position[1]! + (this.goal[1]! - position[1]!) * back,
      tip[2]! - physics.table.heightM - onArm.parameters.pushHeightM,
    )
  }
}
