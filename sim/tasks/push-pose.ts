import { yawOf } from '../../robot/model/pose.ts'
import type { RandomStream } from '../../robot/model/random.ts'
import { clamp } from '../../robot/model/scalar.ts'
import type { ArmState, Physics, Start } from '../engines/engine.ts'
import { reachOfObject } from '../scene/object.ts'
import { restOnTable } from '../scene/table.ts'
import { placeClutter } from './clutter.ts'
import { bringNearer, effortOf, LOST_M, yawDifference } from './distances.ts'
import { PUSHING_PARAMETERS, pushArea } from './pushing.ts'
import type { ReachableArea } from './reachable-area.ts'
import { createOutcome, type Task, type TaskDefinition, type TaskSetting } from './task.ts'
import { createToolStart, type DrawToolStart } from './tool-start.ts'

/** Scales of the bonus for precision [m], [rad]. */
const PRECISION_M = 0.02
const PRECISION_RAD = 0.1
/** Gap between the circle round the object and the tip that is near enough to push [m]. */
const NEAR_M = 0.01

const PARAMETERS = {
  ...PUSHING_PARAMETERS,
  startGoalDistanceM: 'smallest distance from start to goal',
  maxAngleRad: 'largest error of the yaw that still counts as success',
}
const TERMS = {
  progress: 'decrease of the distance from object to goal [m]',
  turn: 'decrease of the error of the yaw [rad]',
  approach: 'decrease of the distance from the tip to the circle round the object [m]',
  inside: '1 where place and yaw are within their limits',
  precision: 'exp(-(distance / 2 cm)² - (yaw error / 0.1)²)',
  effort: 'sum of squared actions',
  success: '1 at the end of the episode where place and yaw are within their limits',
}
type PushPoseParameter = keyof typeof PARAMETERS

/** Push a block, with the closed gripper, to a place and a yaw: goal x, y, yaw. */
export const pushPose: TaskDefinition<PushPoseParameter, keyof typeof TERMS> = {
  parameters: PARAMETERS,
  terms: TERMS,
  goalSize: 3,
  prepare(setting) {
    const { model, onArm } = setting
    const area = pushArea(setting)
    const drawTool = createToolStart(model, onArm)
    return () => new PushPose(setting, area, drawTool)
  },
}

class PushPose implements Task {
  readonly goal = new Float64Array(3)
  readonly terms = new Float64Array(Object.keys(TERMS).length)
  readonly outcome = createOutcome()
  readonly numFeatures = 9
  private awayRad = 0
  private nearM = 0
  private readonly setting: TaskSetting<PushPoseParameter>
  private readonly area: ReachableArea
  private readonly drawTool: DrawToolStart
  private readonly symmetry: number
  private readonly place = new Float64Array(2)

  constructor(
    setting: TaskSetting<PushPoseParameter>,
    area: ReachableArea,
    drawTool: DrawToolStart,
  ) {
    this.setting = setting
    this.area = area
    this.drawTool = drawTool
    this.symmetry = Math.max(1, setting.onArm.control.sees?.goal.yawSymmetry ?? 1)
  }

  begin(stream: RandomStream, physics: Physics, zeroOffsetRad: Float64Array, start: Start): void {
    const { place, area } = this
    area.sample(stream, 0, 0, 0, place)
    const yaw = stream.between(-Math.PI, Math.PI)
    const halfHeight = physics.objects[0]!.shape.halfSizeM[2]!
    restOnTable(physics.table, halfHeight, place[0]!, place[1]!, yaw, start.objects[0]!)
    this.drawGoal(stream, place[0]!, place[1]!)
    placeClutter(stream, physics, area, this.goal, start)
    this.drawTool(stream, start.objects, zeroOffsetRad, start.q)
  }

  newGoal(stream: RandomStream, state: ArmState): void {
    const { position } = state.objects[0]!
    this.drawGoal(stream, position[0]!, position[1]!)
  }

  /** Orientation stays as far off as it is. */
  bringGoalNearer(share: number, state: ArmState): void {
    bringNearer(this.goal, state.objects[0]!.position, share, 2)
  }

  look(state: ArmState, physics: Physics): void {
    const { position, quaternion } = state.objects[0]!
    const { goal, outcome } = this
    outcome.point.set(position)
    const distance = Math.hypot(goal[0]! - position[0]!, goal[1]! - position[1]!)
    outcome.distanceM = Math.min(LOST_M, distance)
    this.awayRad = Math.abs(yawDifference(yawOf(quaternion), goal[2]!, this.symmetry))
    outcome.isMet = this.awayRad <= this.setting.onArm.parameters.maxAngleRad
    this.nearM = this.distanceToPush(state, physics)
  }

  reward(state: ArmState, physics: Physics, action: Float64Array, isLastStep: boolean): void {
    const { terms, outcome, awayRad, nearM } = this
    const { distanceM } = outcome
    this.look(state, physics)
    const isInside = outcome.isMet && outcome.distanceM < this.setting.thresholdM ? 1 : 0
    terms[0] = distanceM - outcome.distanceM
    terms[1] = awayRad - this.awayRad
    terms[2] = nearM - this.nearM
    terms[3] = isInside
    const miss = (outcome.distanceM / PRECISION_M) ** 2 + (this.awayRad / PRECISION_RAD) ** 2
    terms[4] = Math.exp(-miss)
    terms[5] = effortOf(action)
    terms[6] = isLastStep ? isInside : 0
  }

  writeFeatures(state: ArmState, out: Float32Array, offset: number): void {
    const { position, quaternion } = state.objects[0]!
    const { goal, symmetry } = this
    const yaw = yawOf(quaternion)
    out[offset] = clamp(goal[0]! - position[0]!, -LOST_M, LOST_M)
    out[offset + 1] = clamp(goal[1]! - position[1]!, -LOST_M, LOST_M)
    out[offset + 2] = yawDifference(goal[2]!, yaw, symmetry)
    out[offset + 3] = this.outcome.distanceM
    out[offset + 4] = this.nearM
    out[offset + 5] = Math.cos(yaw)
    out[offset + 6] = Math.sin(yaw)
    out[offset + 7] = goal[0]!
    out[offset + 8] = goal[1]!
  }

  private drawGoal(stream: RandomStream, x: number, y: number): void {
    this.area.sample(stream, x, y, this.setting.onArm.parameters.startGoalDistanceM, this.goal)
    this.goal[2] = stream.between(-Math.PI, Math.PI)
  }

  /** Distance of the tip, at pushing height, from the circle round the object [m]. */
  private distanceToPush({ tip, objects }: ArmState, physics: Physics): number {
    const { model, onArm } = this.setting
    const { position } = objects[0]!
    const away = Math.hypot(tip[0]! - position[0]!, tip[1]! - position[1]!)
    const circle = reachOfObject(physics.objects[0]!.shape) + model.tool.tipRadiusM + NEAR_M
    const above = tip[2]! - physics.table.heightM - onArm.parameters.pushHeightM
    return Math.min(LOST_M, Math.hypot(Math.max(0, away - circle), above))
  }
}
