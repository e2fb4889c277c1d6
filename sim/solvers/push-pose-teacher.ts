import { observationOffset } from '../../robot/io/spec.ts'
import { clamp } from '../../robot/model/scalar.ts'
import { reachOfObject } from '../scene/object.ts'
import { type ContactPoint, type PlanarPose, straightPushes } from './planar-push.ts'
import { GAP_M, type Place, PushField } from './push-field.ts'
import type { CreateSolver, Solver, SolverSetting } from './solver.ts'
import { writeToolMove } from './tool-command.ts'

/** Cost of doing otherwise than so far, and of a metre of way to another push. */
const PUSH_COST = 0.15
/** Share of the longest step with which a tip that goes back counts as leaving. */
const LEAVING = 0.4
const WAY_COST = 2
/** Good enough to leave alone: share of the limits. */
const DONE = 0.3
const CONTACTS_PER_EDGE = 9
const LONGEST_PUSH_M = 0.1
const PUSH_STEP_M = 0.005
const NUM_LENGTHS = Math.floor(LONGEST_PUSH_M / PUSH_STEP_M)
const PUSH_SPEED_M_PER_S = 0.1
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
/** Air between the object's corners and the tip that goes round it [m]; how fast it goes back to that circle. */
const CIRCLE_GAP_M = 0.006
const CIRCLE_GAIN = 3
const MOST_SAG_M = 0.02

/** With the way that it was told to go last, as a share of the longest. */
interface Tool extends Place {
  readonly goneX: number
  readonly goneY: number
}

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
  /** Radius of the circle on which the tip goes round the object [m]. */
  private readonly circleM: number
  private readonly at: Record<
    'commanded' | 'measured' | 'object' | 'yaw' | 'goal' | 'goalYaw' | 'previous',
    number
  >

  constructor(setting: SolverSetting) {
    const { spec } = setting
    this.setting = setting
    this.field = new PushField(setting, CONTACTS_PER_EDGE)
    this.circleM = reachOfObject(this.field.shape) + setting.model.tool.tipRadiusM + CIRCLE_GAP_M
    const { contacts, frictionArmM } = this.field
    this.outcomes = contacts.map((contact) =>
      straightPushes(contact, PUSH_STEP_M, NUM_LENGTHS, frictionArmM),
    )
    this.at = {
      commanded: observationOffset(spec, 'commandedTool'),
      measured: observationOffset(spec, 'toolPosition'),
      object: observationOffset(spec, 'objectPosition'),
      yaw: observationOffset(spec, 'objectYaw'),
      goal: observationOffset(spec, 'goalPosition'),
      goalYaw: observationOffset(spec, 'goalYaw'),
      previous: observationOffset(spec, 'previousAction'),
    }
  }

  /** There is nothing to forget. */
  reset(): void {}

  act(observation: Float32Array, begin: number, out: Float32Array, outBegin: number): void {
    const { at, setting } = this
    const { symmetry } = this.field
    const see = (offset: number, i: number) => observation[begin + offset + i]!
    const tool = { x: see(at.commanded, 0), y: see(at.commanded, 1) }
    const [commandedM, height] = [see(at.commanded, 2), see(at.measured, 2)]
    const yawAt = (offset: number) => Math.atan2(see(offset, 1), see(offset, 0)) / symmetry
    const object = { x: see(at.object, 0), y: see(at.object, 1), yaw: yawAt(at.yaw) }
    const goal = { x: see(at.goal, 0), y: see(at.goal, 1), yaw: yawAt(at.goalYaw) }
    const [goneX, goneY] = [see(at.previous, 0), see(at.previous, 1)]
    const move = this.decide({ ...tool, goneX, goneY }, height, object, goal)
    // An arm that sags is told to be higher.
    const z = move.z + clamp(commandedM - height, 0, MOST_SAG_M)
    writeToolMove(setting.spec.control.action, { ...move, z }, commandedM, out, outBegin)
  }

  private decide(tool: Tool, height: number, object: PlanarPose, goal: PlanarPose): Move {
    const { clearHeightM = 0, pushHeightM = 0 } = this.setting.onArm.parameters
    const now = this.field.costOf(object, goal)
    const isLow = height < pushHeightM + LOW_M
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
    let best: Push | undefined
    let bestCost = least
    for (const [k, contact] of this.field.contacts.entries()) {
      const direction = directionOf(contact, object)
      const how = { direction, outcomes: this.outcomes[k]!, isHere: isHere(contact) }
      const { aside, away } = this.wayFrom(contact, inObject)
      const begin = how.isHere ? tool : this.field.landingAt(object, contact)
      if (!how.isHere && !this.field.isReachable(begin.x, begin.y)) continue
      const extra = how.isHere
        ? WAY_COST * Math.abs(aside)
        : WAY_COST * this.wayTo(begin, tool, object) + (pressed && !isLeaving ? PUSH_COST : 0)
      const start = { ...how, airM: how.isHere ? away : GAP_M, begin }
      const found = this.bestLength(start, object, goal, bestCost - extra)
      if (found === undefined) continue
      bestCost = found.cost + extra
      best = { ...found, begin, direction, isHere: how.isHere, asideM: aside }
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
    },
    object: PlanarPose,
    goal: PlanarPose,
    least: number,
  ): { readonly cost: number; readonly wayM: number } | undefined {
    const { airM, begin, direction, outcomes } = start
    const [cos, sin] = [Math.cos(object.yaw), Math.sin(object.yaw)]
    const [alongX, alongY] = [Math.cos(direction), Math.sin(direction)]
    const farthest = this.field.strayOf(object)
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
    const way = { x: landing.x - tool.x, y: landing.y - tool.y }
    const { stepM } = this.setting.spec.control.action
    return { ...this.roundAbout(tool, way, object), mostM: stepM }
  }

  /** A way [m], or the tangent of the circle round the object that it would cross. */
  private roundAbout(tool: Place, way: Place, object: Place): { dx: number; dy: number } {
    const straight = { dx: way.x, dy: way.y }
    const [outX, outY] = [tool.x - object.x, tool.y - object.y]
    const along = -(outX * way.x + outY * way.y)
    const length = Math.hypot(way.x, way.y)
    const radiusM = this.circleM
    const turn = outX * way.y - outY * way.x
    if (along <= 0 || along >= length * length || Math.abs(turn) >= radiusM * length)
      return straight
    const awayM = Math.max(1e-6, Math.hypot(outX, outY))
    const [unitX, unitY] = [outX / awayM, outY / awayM]
    const side = turn < 0 ? -1 : 1
    // Outwards where it is inside of the circle already.
    const outwards = clamp(CIRCLE_GAIN * (radiusM / awayM - 1), -1, 1)
    return {
      dx: length * (outwards * unitX - side * unitY),
      dy: length * (outwards * unitY + side * unitX),
    }
  }

  /** Way of the tip round the object to a landing [m]. */
  private wayTo(landing: Place, tool: Place, object: Place): number {
    const [fromX, fromY] = [tool.x - object.x, tool.y - object.y]
    const [toX, toY] = [landing.x - object.x, landing.y - object.y]
    const angle = Math.abs(Math.atan2(fromX * toY - fromY * toX, fromX * toX + fromY * toY))
    return Math.abs(Math.hypot(fromX, fromY) - Math.hypot(toX, toY)) + angle * this.circleM
  }
}

/** A place in the object's frame [m]. */
function turnInto({ x, y, yaw }: PlanarPose, place: Place): Place {
  const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)]
  const [dx, dy] = [place.x - x, place.y - y]
  return { x: cos * dx + sin * dy, y: cos * dy - sin * dx }
}

/** Of a push straight into a contact point, in the base frame [rad]. */
const directionOf = ({ normalX, normalY }: ContactPoint, { yaw }: PlanarPose): number =>
  yaw + Math.atan2(normalY, normalX)

/** Whether a tip was told to leave an edge: then it goes on to. */
const isGoingBack = ({ goneX, goneY }: Tool, direction: number): boolean =>
  -(goneX * Math.cos(direction) + goneY * Math.sin(direction)) > LEAVING
