import { clamp } from '../../robot/model/scalar.ts'
import { type ContactPoint, directionOf, type PlanarPose, straightPushes } from './planar-push.ts'
import {
  type Circle,
  circleRound,
  DONE,
  GAP_M,
  type Place,
  PUSH_SPEED_M_PER_S,
  PushField,
  roundAbout,
} from './push-field.ts'
import { createPushView, type PushSituation } from './push-view.ts'
import type { CreateSolver, Solver, SolverSetting } from './solver.ts'
import { writeToolMove } from './tool-command.ts'

/** Cost of doing otherwise than so far, and of a metre of way to another push. */
const PUSH_COST = 0.15
/** Share of the longest step with which a tip that goes back counts as leaving. */
const LEAVING = 0.4
const WAY_COST = 2
const CONTACTS_PER_EDGE = 9
const LONGEST_PUSH_M = 0.1
const PUSH_STEP_M = 0.005
const NUM_LENGTHS = Math.floor(LONGEST_PUSH_M / PUSH_STEP_M)
/** Share of the way that is left, per step: what is pushed is seen late. */
const APPROACH_GAIN = 0.2
/** A command that is ahead of a tip that sticks still goes on so fast. */
const CREEP_M_PER_S = 0.0125
/** The tip presses on an edge, or is about to, from so far before the landing to so far a command into the object. */
const BEFORE_M = 0.02
const INTO_M = 0.02
const BESIDE_M = 0.012
/** Share of the way aside that it goes along the edge in a step. */
const SIDE_GAIN = 0.15
/** Lower than this above the height of pushing it pushes [m]. */
const LOW_M = 0.018

type Tool = PushSituation['tool']

/** One more push. */
interface Push {
  /** Where the tip begins. */
  readonly begin: Place
  /** Of the tip [rad]. */
  readonly direction: number
  /** Way of the tip, air before the object included [m]. */
  readonly wayM: number
  /** Whether the tip is where it can press already, and how far beside the contact point, to the left [m]. */
  readonly isHere: boolean
  readonly asideM: number
}

interface Move {
  readonly dx: number
  readonly dy: number
  readonly z: number
  readonly mostM: number
}

/**
 * Pushes straight into the edges of an object, one at a time, by a planar model of pushing: in every step towards the
 * contact point and length after which place and yaw are best, going round the object as part of the cost. What it does
 * follows from what it sees, so that a student that it advises can see the reason of it.
 */
export const createPushPoseTeacher: CreateSolver = (setting) => new PushPoseTeacher(setting)

class PushPoseTeacher implements Solver {
  private readonly setting: SolverSetting
  private readonly field: PushField
  /** Where each contact's pushes lead, by contact, as `straightPushes`. */
  private readonly outcomes: readonly Float64Array[]
  private readonly circle: Circle
  private readonly view: ReturnType<typeof createPushView>

  constructor(setting: SolverSetting) {
    this.setting = setting
    this.field = new PushField(setting, CONTACTS_PER_EDGE)
    const { contacts, frictionArmM, shape, symmetry } = this.field
    this.view = createPushView(setting.spec, symmetry)
    this.circle = circleRound(shape, setting.model)
    this.outcomes = contacts.map((contact) =>
      straightPushes(contact, PUSH_STEP_M, NUM_LENGTHS, frictionArmM),
    )
  }

  /** There is nothing to forget. */
  reset(): void {}

  act(observation: Float32Array, begin: number, out: Float32Array, outBegin: number): void {
    const situation = this.view(observation, begin)
    const move = this.decide(situation)
    const { action } = this.setting.spec.control
    const z = move.z + situation.sagM
    writeToolMove(action, { ...move, z }, situation.commandedM, out, outBegin)
  }

  private decide({ goal, heightM, object, tool }: PushSituation): Move {
    const { clearHeightM = 0, pushHeightM = 0 } = this.setting.onArm.parameters
    const now = this.field.costOf(object, goal)
    const isLow = heightM < pushHeightM + LOW_M
    const push = now < DONE ? undefined : this.bestPush(tool, isLow, object, goal, now)
    if (push === undefined) return { dx: 0, dy: 0, z: clearHeightM, mostM: 0 }
    const move = push.isHere ? this.pressOn(push) : this.goTo(push.begin, tool, object)
    return { ...move, z: pushHeightM }
  }

  /** The push after which place and yaw are best, the way to it counted, if that is better than none. */
  private bestPush(
    tool: Tool,
    isLow: boolean,
    object: PlanarPose,
    goal: PlanarPose,
    least: number,
  ): Push | undefined {
    const inObject = turnInto(object, tool)
    const isHere = (contact: ContactPoint) => isLow && this.isBefore(contact, inObject)
    const pressed = this.field.contacts.find(isHere)
    const isLeaving = pressed !== undefined && isGoingBack(tool, directionOf(pressed, object))
    const farthest = this.field.strayOf(object)
    let best: Push | undefined
    let bestCost = least
    for (const [k, contact] of this.field.contacts.entries()) {
      const direction = directionOf(contact, object)
      const isPressed = isHere(contact)
      const { aside, away } = this.wayFrom(contact, inObject)
      const begin = isPressed ? tool : this.field.landingAt(object, contact)
      if (!isPressed && !this.field.isReachable(begin.x, begin.y)) continue
      const extra = isPressed
        ? WAY_COST * Math.abs(aside)
        : WAY_COST * this.wayTo(begin, tool, object) + (pressed && !isLeaving ? PUSH_COST : 0)
      const airM = isPressed ? away : GAP_M
      const start = { direction, outcomes: this.outcomes[k]!, airM, begin, farthest }
      const found = this.bestLength(start, object, goal, bestCost - extra)
      if (found === undefined) continue
      bestCost = found.cost + extra
      best = { ...found, begin, direction, isHere: isPressed, asideM: aside }
    }
    return best
  }

  /** From a contact point to a place in the object's frame: along the edge to the left, and out [m]. */
  private wayFrom({ normalX, normalY, x, y }: ContactPoint, place: Place) {
    const [dx, dy] = [place.x - x, place.y - y]
    const { tipRadiusM } = this.setting.model.tool
    return { aside: dy * normalX - dx * normalY, away: -(dx * normalX + dy * normalY) - tipRadiusM }
  }

  /** Whether a tip there presses on the contact point, or can, straight on. */
  private isBefore(contact: ContactPoint, place: Place): boolean {
    const { aside, away } = this.wayFrom(contact, place)
    return away < GAP_M + BEFORE_M && away > -INTO_M && Math.abs(aside) < BESIDE_M
  }

  /** Forwards, and along the edge to where it should press. */
  private pressOn({ asideM, direction, wayM }: Push): Omit<Move, 'z'> {
    const { policyRateHz, action } = this.setting.spec.control
    const fastestM = Math.min(action.stepM, PUSH_SPEED_M_PER_S / policyRateHz)
    const aimed = 1 - Math.abs(asideM) / BESIDE_M
    const forwardM = aimed * clamp(APPROACH_GAIN * wayM, CREEP_M_PER_S / policyRateHz, fastestM)
    const sideM = clamp(-SIDE_GAIN * asideM, -fastestM, fastestM)
    const [cos, sin] = [Math.cos(direction), Math.sin(direction)]
    const [dx, dy] = [forwardM * cos - sideM * sin, forwardM * sin + sideM * cos]
    return { dx, dy, mostM: action.stepM }
  }

  private bestLength(
    start: {
      readonly direction: number
      readonly outcomes: Float64Array
      readonly airM: number
      readonly begin: Place
      /** As far beyond reach as the object may get on the way [m]. */
      readonly farthest: number
    },
    object: PlanarPose,
    goal: PlanarPose,
    least: number,
  ): { readonly cost: number; readonly wayM: number } | undefined {
    const { airM, begin, direction, farthest, outcomes } = start
    const [cos, sin] = [Math.cos(object.yaw), Math.sin(object.yaw)]
    const [alongX, alongY] = [Math.cos(direction), Math.sin(direction)]
    const pose = { ...object }
    let cost = least
    let wayM: number | undefined
    for (let k = 0; k < NUM_LENGTHS; k++) {
      const [gx, gy] = [outcomes[3 * k]!, outcomes[3 * k + 1]!]
      pose.x = object.x + cos * gx - sin * gy
      pose.y = object.y + sin * gx + cos * gy
      pose.yaw = object.yaw + outcomes[3 * k + 2]!
      const goneM = airM + (k + 1) * PUSH_STEP_M
      const isInReach = this.field.isReachable(begin.x + goneM * alongX, begin.y + goneM * alongY)
      if (!isInReach || this.field.strayOf(pose) > farthest) break
      const after = this.field.costOf(pose, goal)
      if (after >= cost) continue
      cost = after
      wayM = goneM
    }
    return wayM === undefined ? undefined : { cost, wayM }
  }

  /** Round the object, at the height of pushing, to a landing. */
  private goTo(landing: Place, tool: Place, object: Place): Omit<Move, 'z'> {
    const way = roundAbout(tool, landing, object, this.circle)
    return { ...way, mostM: this.setting.spec.control.action.stepM }
  }

  /** Way of the tip round the object to a landing [m]. */
  private wayTo(landing: Place, tool: Place, object: Place): number {
    const [fromX, fromY] = [tool.x - object.x, tool.y - object.y]
    const [toX, toY] = [landing.x - object.x, landing.y - object.y]
    const angle = Math.abs(Math.atan2(fromX * toY - fromY * toX, fromX * toX + fromY * toY))
    return Math.abs(Math.hypot(fromX, fromY) - Math.hypot(toX, toY)) + angle * this.circle.radiusM
  }
}

/** A place in the object's frame [m]. */
function turnInto({ x, y, yaw }: PlanarPose, place: Place): Place {
  const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)]
  const [dx, dy] = [place.x - x, place.y - y]
  return { x: cos * dx + sin * dy, y: cos * dy - sin * dx }
}

/** Whether a tip was told to leave an edge: then it goes on to. */
const isGoingBack = ({ goneX, goneY }: Tool, direction: number): boolean =>
  -(goneX * Math.cos(direction) + goneY * Math.sin(direction)) > LEAVING
