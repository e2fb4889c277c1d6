import { clamp } from '../../robot/model/scalar.ts'
import { reachOfObject } from '../scene/object.ts'
import { directionOf, type PlanarPose, pushPlanar } from './planar-push.ts'
import {
  type Circle,
  DONE,
  GAP_M,
  PUSH_SPEED_M_PER_S,
  PushField,
  roundAbout,
} from './push-field.ts'
import { createPushView } from './push-view.ts'
import type { CreateSolver, Solver, SolverSetting } from './solver.ts'
import { writeToolMove } from './tool-command.ts'

/** Cost of one more push, and of a metre of way to it. */
const PUSH_COST = 0.15
const WAY_COST = 1
const CONTACTS_PER_EDGE = 5
const LONGEST_PUSH_M = 0.14
const PUSH_STEP_M = 0.006
const ABOVE_TOLERANCE_M = 0.005
const HEIGHT_TOLERANCE_M = 0.004
/** How far below its clearance a tip goes round an object [m]. */
const CLEARANCE_MISS_M = 0.014
/** Steps that a late sensor is waited for after a push. */
const LOOK_STEPS = 6

type Phase = 'look' | 'over' | 'down' | 'push'

interface Plan {
  /** Where the tip comes down, base frame [m]. */
  readonly x: number
  readonly y: number
  readonly direction: number
  /** Way of the tip from there [m]. */
  readonly wayM: number
}

/**
 * Plans one push at a time with a planar model of pushing: the contact point and length after which place
 * and yaw are best; carries it out, looks, plans the next.
 */
export const createPushPoseScript: CreateSolver = (setting) => new PushPoseScript(setting)

class PushPoseScript implements Solver {
  private phase: Phase = 'look'
  private stepsInPhase = 0
  private plan: Plan | undefined
  private readonly setting: SolverSetting
  private readonly field: PushField
  private readonly view: ReturnType<typeof createPushView>
  /** Not every arm gets over an object. */
  private readonly circle: Circle

  constructor(setting: SolverSetting) {
    this.setting = setting
    this.field = new PushField(setting, CONTACTS_PER_EDGE)
    this.view = createPushView(setting.spec, this.field.symmetry)
    const radiusM = reachOfObject(this.field.shape) + setting.model.tool.tipRadiusM
    this.circle = { radiusM, outwards: (awayM) => clamp((radiusM - awayM) / radiusM, -1, 1) }
  }

  reset(): void {
    this.enter('look')
  }

  act(observation: Float32Array, begin: number, out: Float32Array, outBegin: number): void {
    const { setting } = this
    const { action, policyRateHz } = setting.spec.control
    const { clearHeightM = 0, pushHeightM = 0 } = setting.onArm.parameters
    const { commandedM, goal, heightM, object, sagM, tool } = this.view(observation, begin)
    const { x, y } = tool

    if (this.phase === 'look' && heightM > clearHeightM - CLEARANCE_MISS_M) {
      if (this.stepsInPhase >= LOOK_STEPS) {
        this.plan = this.bestPush(object, goal, x, y)
        if (this.plan !== undefined) this.enter('over')
      }
    }
    const plan = this.plan
    let move = { dx: 0, dy: 0, z: clearHeightM, mostM: action.stepM }
    if (plan !== undefined && this.phase !== 'look') {
      const [dx, dy] = [plan.x - x, plan.y - y]
      if (this.phase === 'over') {
        move = { ...move, ...roundAbout(tool, plan, object, this.circle) }
        if (Math.hypot(dx, dy) < ABOVE_TOLERANCE_M) this.enter('down')
      }
      if (this.phase === 'down') {
        move = { ...move, dx, dy, z: pushHeightM }
        if (Math.min(commandedM, heightM) < pushHeightM + HEIGHT_TOLERANCE_M) this.enter('push')
      }
      if (this.phase === 'push') {
        const [alongX, alongY] = [Math.cos(plan.direction), Math.sin(plan.direction)]
        const gone = -(dx * alongX + dy * alongY)
        const left = plan.wayM - gone
        const mostM = Math.min(action.stepM, PUSH_SPEED_M_PER_S / policyRateHz, Math.max(0, left))
        move = { dx: alongX, dy: alongY, z: pushHeightM, mostM }
        if (left < 5e-4) this.enter('look')
      }
    }
    this.stepsInPhase++
    move.z += sagM
    writeToolMove(action, move, commandedM, out, outBegin)
  }

  private enter(phase: Phase): void {
    this.phase = phase
    this.stepsInPhase = 0
  }

  /** Undefined where nothing is better than to leave the object alone. */
  private bestPush(object: PlanarPose, goal: PlanarPose, x: number, y: number): Plan | undefined {
    const now = this.field.costOf(object, goal)
    if (now < DONE) return undefined
    const farthest = this.field.strayOf(object)
    let least = now
    let best: Plan | undefined
    for (const contact of this.field.contacts) {
      const landing = this.field.landingAt(object, contact)
      if (!this.field.isReachable(landing.x, landing.y)) continue
      const direction = directionOf(contact, object)
      const pose = { ...object }
      const extra = PUSH_COST + WAY_COST * Math.hypot(landing.x - x, landing.y - y)
      for (let pushed = PUSH_STEP_M; pushed <= LONGEST_PUSH_M; pushed += PUSH_STEP_M) {
        pushPlanar(pose, contact, direction, PUSH_STEP_M, this.field.frictionArmM)
        const wayM = GAP_M + pushed
        const endX = landing.x + wayM * Math.cos(direction)
        const endY = landing.y + wayM * Math.sin(direction)
        if (!this.field.isReachable(endX, endY) || this.field.strayOf(pose) > farthest) break
        const cost = this.field.costOf(pose, goal) + extra
        if (cost >= least) continue
        least = cost
        best = { ...landing, direction, wayM }
      }
    }
    return best
  }
}
