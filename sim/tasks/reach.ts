import { leanAt } from '../../robot/io/tool-controller.ts'
import { ArmKinematics } from '../../robot/model/kinematics.ts'
import type { RandomStream } from '../../robot/model/random.ts'
import { createToolIk, type ToolIk } from '../../robot/model/tool-ik.ts'
import type { ArmState, Physics, Start } from '../engines/engine.ts'
import { bringNearer, effortOf } from './distances.ts'
import { noPlace } from './no-place.ts'
import { createOutcome, type Task, type TaskDefinition, type TaskSetting } from './task.ts'
import { createToolStart, type DrawToolStart } from './tool-start.ts'

/** Scale of the bonus for precision [m]. */
const PRECISION_M = 0.01
const IK_ITERATIONS = 60
const TOLERANCE_M = 0.002
const MAX_TRIES = 1000

const PARAMETERS = {
  goalLowM: 'lowest goal, base frame',
  goalHighM: 'highest goal, base frame',
  startGoalDistanceM: 'smallest distance from the tip to a new goal',
}
const TERMS = {
  progress: 'decrease of the distance from tip to goal [m]',
  inside: '1 inside the main threshold',
  precision: 'exp(-(distance / 1 cm)²)',
  effort: 'sum of squared actions',
  success: '1 at the end of the episode inside the main threshold',
}
type ReachParameter = keyof typeof PARAMETERS

/** Bring the tool point to a place in the air. */
export const reach: TaskDefinition<ReachParameter, keyof typeof TERMS> = {
  parameters: PARAMETERS,
  terms: TERMS,
  goalSize: 3,
  prepare(setting) {
    const drawTool = createToolStart(setting.model, setting.onArm)
    return () => new Reach(setting, drawTool)
  },
}

class Reach implements Task {
  readonly goal = new Float64Array(3)
  readonly terms = new Float64Array(Object.keys(TERMS).length)
  readonly outcome = createOutcome()
  readonly numFeatures = 7
  private readonly setting: TaskSetting<ReachParameter>
  private readonly drawTool: DrawToolStart
  private readonly ik: ToolIk
  private readonly kinematics: ArmKinematics
  private readonly q: Float64Array

  constructor(setting: TaskSetting<ReachParameter>, drawTool: DrawToolStart) {
    this.setting = setting
    this.drawTool = drawTool
    this.ik = createToolIk(setting.model, { iterations: IK_ITERATIONS })
    this.kinematics = new ArmKinematics(setting.model)
    this.q = new Float64Array(setting.model.numJoints)
  }

  begin(stream: RandomStream, _physics: Physics, zeroOffsetRad: Float64Array, start: Start): void {
    this.drawTool(stream, start.objects, zeroOffsetRad, start.q)
    this.kinematics.forward(start.q)
    this.drawGoal(stream, this.kinematics.tip)
  }

  newGoal(stream: RandomStream, state: ArmState): void {
    this.drawGoal(stream, state.tip)
  }

  bringGoalNearer(share: number, state: ArmState): void {
    bringNearer(this.goal, state.tip, share, 3)
  }

  look(state: ArmState): void {
    const { tip } = state
    const { goal, outcome } = this
    outcome.point.set(tip)
    outcome.distanceM = Math.hypot(goal[0]! - tip[0]!, goal[1]! - tip[1]!, goal[2]! - tip[2]!)
  }

  reward(state: ArmState, _physics: Physics, action: Float64Array, isLastStep: boolean): void {
    const { terms, outcome } = this
    const before = outcome.distanceM
    this.look(state)
    const isInside = outcome.distanceM < this.setting.thresholdM ? 1 : 0
    terms[0] = before - outcome.distanceM
    terms[1] = isInside
    terms[2] = Math.exp(-((outcome.distanceM / PRECISION_M) ** 2))
    terms[3] = effortOf(action)
    terms[4] = isLastStep ? isInside : 0
  }

  writeFeatures(state: ArmState, out: Float32Array, offset: number): void {
    out[offset] = this.outcome.distanceM
    for (let i = 0; i < 3; i++) {
      out[offset + 1 + i] = this.goal[i]! - state.tip[i]!
      out[offset + 4 + i] = this.goal[i]!
    }
  }

  /** A place that the arm reaches, far enough from the tip. */
  private drawGoal(stream: RandomStream, tip: Float64Array): void {
    const { model, onArm } = this.setting
    const { area, control, parameters } = onArm
    const { goalLowM, goalHighM, startGoalDistanceM } = parameters
    for (let i = 0; i < MAX_TRIES; i++) {
      const x = stream.between(area.xM[0], area.xM[1])
      const y = stream.between(area.yM[0], area.yM[1])
      const z = stream.between(goalLowM, goalHighM)
      const away = Math.hypot(x - tip[0]!, y - tip[1]!, z - tip[2]!)
      this.q.set(model.restPose)
      const radius = Math.hypot(x - model.originPosition[0]!, y - model.originPosition[1]!)
      const miss = this.ik.solve({ x, y, z }, leanAt(control.action, radius), this.q)
      if (away < startGoalDistanceM || !(miss < TOLERANCE_M)) continue
      this.goal.set([x, y, z])
      return
    }
    throw noPlace(
      `${onArm.arm} reaches no goal in its area between ${goalLowM} and ${goalHighM} m`,
      'area, goalLowM, goalHighM and startGoalDistanceM have to suit the arm; x is forward, in metres',
    )
  }
}
