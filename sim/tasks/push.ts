import type { RandomStream } from '../../robot/model/random.ts'
import { clamp } from '../../robot/model/scalar.ts'
import type { ArmState, Physics, Start } from '../engines/engine.ts'
import { restOnTable } from '../scene/table.ts'
import { ReachableArea } from './reachable-area.ts'
import type { TaskOnArm } from './task.schema.ts'
import { createOutcome, type Task, type TaskDefinition, type TaskSetting } from './task.ts'
import { createToolStart, type DrawToolStart } from './tool-start.ts'

/** Scale of the bonus for precision [m]. */
const PRECISION_M = 0.03
/** Closer than this to the goal, the place behind the object moves to its centre [m]. */
const NEAR_GOAL_M = 0.04
/** Gap between object and tip at the place behind it [m]. */
const BEHIND_GAP_M = 0.012
/** Farther than this an object is simply lost, fallen off the table [m]. */
const LOST_M = 0.6

const PARAMETERS = {
  startGoalDistanceM: 'smallest distance from start to goal',
  reachRingM: 'the tip must reach a ring of this radius round start and goal',
  pushHeightM: 'height of the tip above the table while pushing',
  clearHeightM: 'height of the tip that passes over the object',
}
const TERMS = {
  progress: 'decrease of the distance from object to goal [m]',
  approach: 'decrease of the distance from the tip to the place behind the object [m]',
  inside: '1 inside the main threshold',
  precision: 'exp(-(distance / 3 cm)²)',
  effort: 'sum of squared actions',
  success: '1 at the end of the episode inside the main threshold',
}

export type PushParameter = keyof typeof PARAMETERS
export type PushOnArm = TaskOnArm<PushParameter>

/** Push an object over the table, with the closed gripper, to a place (Peng et al. 2018, arXiv 1710.06537). */
export const push: TaskDefinition<PushParameter, keyof typeof TERMS> = {
  parameters: PARAMETERS,
  terms: TERMS,
  goalSize: 2,
  prepare(setting) {
    const area = pushArea(setting)
    const drawTool = createToolStart(setting.model, setting.onArm)
    return () => new Push(setting, area, drawTool)
  },
}

/** Where the object starts, and is to be brought. */
export function pushArea({ model, onArm }: Omit<TaskSetting<PushParameter>, 'thresholdM'>) {
  return new ReachableArea(model, {
    area: onArm.area,
    action: onArm.control.action,
    ringM: onArm.parameters.reachRingM,
    heightM: onArm.parameters.pushHeightM,
  })
}

class Push implements Task {
  readonly goal = new Float64Array(2)
  readonly terms = new Float64Array(Object.keys(TERMS).length)
  readonly outcome = createOutcome()
  readonly numFeatures = 7
  /** Distances that `progress` and `approach` are differences of. */
  private goalM = 0
  private behindM = 0
  private readonly setting: TaskSetting<PushParameter>
  private readonly area: ReachableArea
  private readonly drawTool: DrawToolStart
  private readonly place = new Float64Array(2)

  constructor(setting: TaskSetting<PushParameter>, area: ReachableArea, drawTool: DrawToolStart) {
    this.setting = setting
    this.area = area
    this.drawTool = drawTool
  }

  begin(stream: RandomStream, physics: Physics, zeroOffsetRad: Float64Array, start: Start): void {
    const { place, goal, area } = this
    area.sample(stream, 0, 0, 0, place)
    const apart = this.setting.onArm.parameters.startGoalDistanceM
    area.sample(stream, place[0]!, place[1]!, apart, goal)
    const yaw = stream.between(-Math.PI, Math.PI)
    const halfHeight = physics.objects[0]!.shape.halfSizeM[2]!
    restOnTable(physics.table, halfHeight, place[0]!, place[1]!, yaw, start.objects[0]!)
    this.drawTool(stream, start.objects, zeroOffsetRad, start.q)
  }

  newGoal(stream: RandomStream, state: ArmState): void {
    const { position } = state.objects[0]!
    const apart = this.setting.onArm.parameters.startGoalDistanceM
    this.area.sample(stream, position[0]!, position[1]!, apart, this.goal)
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
    terms[4] = action[0]! ** 2 + action[1]! ** 2 + action[2]! ** 2
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
