import { observationOffset } from '../../robot/io/spec.ts'
import { clamp } from '../../robot/model/scalar.ts'
import { reachOfObject } from '../scene/object.ts'
import { type PlanarPose, pushPlanar } from './planar-push.ts'
import { GAP_M, PushField } from './push-field.ts'
import type { CreateSolver, Solver, SolverSetting } from './solver.ts'
import { writeToolMove } from './tool-command.ts'

/** Cost of one more push, and of a metre of way to it. */
const PUSH_COST = 0.15
const WAY_COST = 1
/** Good enough to leave alone: share of the limits. */
const DONE = 0.3
const CONTACTS_PER_EDGE = 5
const LONGEST_PUSH_M = 0.14
const PUSH_STEP_M = 0.006
const PUSH_SPEED_M_PER_S = 0.1
const ABOVE_TOLERANCE_M = 0.005
const HEIGHT_TOLERANCE_M = 0.004
/** How far below its clearance a tip goes round an object, and how far an arm sags at most [m]. */
const CLEARANCE_MISS_M = 0.014
const MOST_SAG_M = 0.02
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
  private readonly at: Record<
    'commanded' | 'measured' | 'object' | 'yaw' | 'goal' | 'goalYaw',
    number
  >

  constructor(setting: SolverSetting) {
    const { spec } = setting
    this.setting = setting
    this.field = new PushField(setting, CONTACTS_PER_EDGE)
    this.at = {
      commanded: observationOffset(spec, 'commandedTool'),
      measured: observationOffset(spec, 'toolPosition'),
      object: observationOffset(spec, 'objectPosition'),
      yaw: observationOffset(spec, 'objectYaw'),
      goal: observationOffset(spec, 'goalPosition'),
      goalYaw: observationOffset(spec, 'goalYaw'),
    }
  }

  reset(): void {
    this.enter('look')
  }

  act(observation: Float32Array, begin: number, out: Float32Array, outBegin: number): void {
    const { at, setting } = this
    const { symmetry } = this.field
    const { action, policyRateHz } = setting.spec.control
    const { clearHeightM = 0, pushHeightM = 0 } = setting.onArm.parameters
    const see = (offset: number, i: number) => observation[begin + offset + i]!
    const [x, y, commandedM] = [0, 1, 2].map((i) => see(at.commanded, i)) as [
      number,
      number,
      number,
    ]
    const height = see(at.measured, 2)
    const yawAt = (offset: number) => Math.atan2(see(offset, 1), see(offset, 0)) / symmetry
    const object = { x: see(at.object, 0), y: see(at.object, 1), yaw: yawAt(at.yaw) }
    const goal = { x: see(at.goal, 0), y: see(at.goal, 1), yaw: yawAt(at.goalYaw) }

    if (this.phase === 'look' && height > clearHeightM - CLEARANCE_MISS_M) {
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
        move = { ...move, ...this.roundAbout({ x: dx, y: dy }, x - object.x, y - object.y) }
        if (Math.hypot(dx, dy) < ABOVE_TOLERANCE_M) this.enter('down')
      }
      if (this.phase === 'down') {
        move = { ...move, dx, dy, z: pushHeightM }
        if (Math.min(commandedM, height) < pushHeightM + HEIGHT_TOLERANCE_M) this.enter('push')
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
    // An arm that sags is told to be higher.
    move.z += clamp(commandedM - height, 0, MOST_SAG_M)
    writeToolMove(action, move, commandedM, out, outBegin)
  }

  /**
   * A way [m], or the tangent of the circle round the object that it would cross: not every arm gets over it.
   * @param outX - from the object to the tool, base frame [m]
   */
  private roundAbout(
    way: { readonly x: number; readonly y: number },
    outX: number,
    outY: number,
  ): { dx: number; dy: number } {
    const straight = { dx: way.x, dy: way.y }
    const along = -(outX * way.x + outY * way.y)
    const length = Math.hypot(way.x, way.y)
    if (along <= 0 || along >= length * length) return straight
    const radiusM = reachOfObject(this.field.shape) + this.setting.model.tool.tipRadiusM
    const turn = outX * way.y - outY * way.x
    if (Math.abs(turn) >= radiusM * length) return straight
    const awayM = Math.max(1e-6, Math.hypot(outX, outY))
    const [unitX, unitY] = [outX / awayM, outY / awayM]
    const side = turn < 0 ? -1 : 1
    // Outwards where it is inside of the circle already.
    const outwards = clamp((radiusM - awayM) / radiusM, -1, 1)
    return {
      dx: length * (outwards * unitX - side * unitY),
      dy: length * (outwards * unitY + side * unitX),
    }
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
      const direction = object.yaw + Math.atan2(contact.normalY, contact.normalX)
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
