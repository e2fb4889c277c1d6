import { yawOf } from '../../robot/model/pose.ts'
import type { RandomStream } from '../../robot/model/random.ts'
import { clamp } from '../../robot/model/scalar.ts'
import type { ArmState, ObjectPose, Physics, Start } from '../engines/engine.ts'
import { restOnTable, tableHeightAt } from '../scene/table.ts'
import { bringNearer, distanceOf, effortOf, LOST_M } from './distances.ts'
import { noPlace } from './no-place.ts'
import { ReachableArea } from './reachable-area.ts'
import type { TaskOnArm } from './task.schema.ts'
import { createOutcome, type Task, type TaskSetting } from './task.ts'
import { createToolStart, type DrawToolStart } from './tool-start.ts'

/** Scale of the bonus for precision [m]. */
const PRECISION_M = 0.02
/** An object this much above where it rests is off the table [m]. */
const LIFTED_M = 0.01
const MAX_TRIES = 1000

export const GRASPING_TERMS = {
  progress: 'decrease of the distance from object to goal [m]',
  approach: 'decrease of the distance from the tool point to the object [m]',
  lifted: '1 while the object is off the table',
  inside: '1 where success would be',
  precision: 'exp(-(distance / 2 cm)²)',
  effort: 'sum of squared actions',
  success: '1 at the end of the episode where success is',
}
/** Numbers that every grasping task has. */
export const GRASPING_PARAMETERS = {
  reachRingM: 'the tool must reach a ring of this radius round start and goal',
  graspHeightM: 'height of the tool above the table where it takes hold of an object',
  clearHeightM: 'height of the tool that passes over an object on the table',
  apartM: 'smallest distance between two objects, and from start to goal',
}
export type GraspingParameter = keyof typeof GRASPING_PARAMETERS
export type GraspingTerm = keyof typeof GRASPING_TERMS

export interface GraspingOptions {
  /** Draws the goal [3] for the first object, from where the objects are. */
  readonly drawGoal: (
    stream: RandomStream,
    objects: readonly ObjectPose[],
    physics: Physics,
    area: ReachableArea,
    goal: Float64Array,
  ) => void
  /** The first object belongs on the second, wherever that is, and must be let go. */
  readonly isStacking: boolean
}

/** Tasks that take hold of the first object and bring its centre to a place: goal x, y, z. */
export function prepareGrasping<P extends GraspingParameter>(
  setting: TaskSetting<P>,
  options: GraspingOptions,
): () => Task {
  const { model, thresholdM } = setting
  const onArm = setting.onArm as TaskOnArm as TaskOnArm<GraspingParameter>
  const area = new ReachableArea(model, {
    area: onArm.area,
    action: onArm.control.action,
    ringM: onArm.parameters.reachRingM,
    heightM: onArm.parameters.graspHeightM,
  })
  const drawTool = createToolStart(model, onArm)
  return () => new Grasping({ model, onArm, thresholdM }, options, area, drawTool)
}

/** Where the first object's centre is on top of the second. */
export function onTop(second: Float64Array, { objects }: Physics, out: Float64Array): void {
  out.set(second)
  out[2] = second[2]! + objects[0]!.shape.halfSizeM[2]! + objects[1]!.shape.halfSizeM[2]!
}

class Grasping implements Task {
  readonly goal = new Float64Array(3)
  readonly terms = new Float64Array(Object.keys(GRASPING_TERMS).length)
  readonly outcome = createOutcome()
  readonly numFeatures = 12
  /** Where the object really belongs: the goal, or the top of the second object [3]. */
  private readonly aim = new Float64Array(3)
  private graspM = 0
  private restM = 0
  private readonly setting: TaskSetting<GraspingParameter>
  private readonly options: GraspingOptions
  private readonly area: ReachableArea
  private readonly drawTool: DrawToolStart
  private readonly place = new Float64Array(2)

  constructor(
    setting: TaskSetting<GraspingParameter>,
    options: GraspingOptions,
    area: ReachableArea,
    drawTool: DrawToolStart,
  ) {
    this.setting = setting
    this.options = options
    this.area = area
    this.drawTool = drawTool
  }

  begin(stream: RandomStream, physics: Physics, zeroOffsetRad: Float64Array, start: Start): void {
    for (let k = 0; k < start.objects.length; k++) this.placeObject(stream, physics, start, k)
    this.options.drawGoal(stream, start.objects, physics, this.area, this.goal)
    this.drawTool(stream, start.objects, zeroOffsetRad, start.q)
  }

  newGoal(stream: RandomStream, state: ArmState, physics: Physics): void {
    this.options.drawGoal(stream, state.objects, physics, this.area, this.goal)
  }

  /** The top of another object is where it is. */
  bringGoalNearer(share: number, state: ArmState): void {
    if (this.options.isStacking) return
    bringNearer(this.goal, state.objects[0]!.position, share, 3)
  }

  look(state: ArmState, physics: Physics): void {
    const object = state.objects[0]!.position
    const { outcome, aim } = this
    const { isStacking } = this.options
    if (isStacking) onTop(state.objects[1]!.position, physics, aim)
    else aim.set(this.goal)
    outcome.point.set(object)
    outcome.distanceM = distanceOf(object, aim)
    outcome.isMet = !isStacking || this.isReleased(state)
    this.graspM = distanceOf(state.tip, object)
    const half = physics.objects[0]!.shape.halfSizeM[2]!
    this.restM = tableHeightAt(physics.table, object[0]!, object[1]!) + half
  }

  reward(state: ArmState, physics: Physics, action: Float64Array, isLastStep: boolean): void {
    const { terms, outcome, graspM } = this
    const { distanceM } = outcome
    this.look(state, physics)
    const isInside = outcome.isMet && outcome.distanceM < this.setting.thresholdM ? 1 : 0
    terms[0] = distanceM - outcome.distanceM
    terms[1] = graspM - this.graspM
    terms[2] = state.objects[0]!.position[2]! > this.restM + LIFTED_M ? 1 : 0
    terms[3] = isInside
    terms[4] = Math.exp(-((outcome.distanceM / PRECISION_M) ** 2))
    terms[5] = effortOf(action)
    terms[6] = isLastStep ? isInside : 0
  }

  writeFeatures(state: ArmState, out: Float32Array, offset: number): void {
    const { position, quaternion } = state.objects[0]!
    const yaw = yawOf(quaternion)
    for (let i = 0; i < 3; i++) {
      out[offset + i] = clamp(this.aim[i]! - position[i]!, -LOST_M, LOST_M)
      out[offset + 3 + i] = this.aim[i]!
    }
    out[offset + 6] = this.outcome.distanceM
    out[offset + 7] = this.graspM
    out[offset + 8] = clamp(position[2]! - this.restM, -LOST_M, LOST_M)
    out[offset + 9] = Math.cos(4 * yaw)
    out[offset + 10] = Math.sin(4 * yaw)
    out[offset + 11] = this.isReleased(state) ? 1 : 0
  }

  private isReleased({ q }: ArmState): boolean {
    const gripper = this.setting.model.gripper
    if (gripper === undefined) return true
    const { joint, open, closed } = gripper
    return (q[joint]! - closed) / (open - closed) > 0.5
  }

  private placeObject(stream: RandomStream, physics: Physics, start: Start, k: number): void {
    const { place } = this
    const { apartM } = this.setting.onArm.parameters
    const halfHeight = physics.objects[k]!.shape.halfSizeM[2]!
    for (let i = 0; i < MAX_TRIES; i++) {
      this.area.sample(stream, 0, 0, 0, place)
      const isApart = start.objects
        .slice(0, k)
        .every(({ position: p }) => Math.hypot(p[0]! - place[0]!, p[1]! - place[1]!) >= apartM)
      if (isApart) break
      if (i === MAX_TRIES - 1) {
        throw noPlace(
          `no place in the area for object ${k} that is ${apartM} m from the others`,
          'make the area larger, or apartM smaller',
        )
      }
    }
    const yaw = stream.between(-Math.PI, Math.PI)
    restOnTable(physics.table, halfHeight, place[0]!, place[1]!, yaw, start.objects[k]!)
  }
}
