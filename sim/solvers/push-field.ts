import type { ArmModel } from '../../robot/model/arm.ts'
import { clamp } from '../../robot/model/scalar.ts'
import { footCentre, numFeet, type ObjectShape, reachOfObject } from '../scene/object.ts'
import { yawDifference } from '../tasks/distances.ts'
import {
  type ContactPoint,
  contactPoints,
  distanceToOutline,
  type PlanarPose,
} from './planar-push.ts'
import type { SolverSetting } from './solver.ts'

/** Errors that weigh the same: the limits of success. */
const PLACE_M = 0.03
const YAW_RAD = 0.1745
/** Good enough to leave alone: share of the limits. */
export const DONE = 0.3
export const PUSH_SPEED_M_PER_S = 0.1
/** Air between tip and object where a push begins, least room there to other parts [m]. */
export const GAP_M = 0.012
const ROOM_M = 0.004
const WORKSPACE_MARGIN_M = 0.01

/** A place of the tip [m]. */
export interface Place {
  readonly x: number
  readonly y: number
}

/** What there is to know of an object that is pushed to a pose, and of where an arm can push it. */
export class PushField {
  readonly shape: ObjectShape
  /** Those before which a tip has room. */
  readonly contacts: readonly ContactPoint[]
  /** Greatest torque of even friction over its greatest force [m]. */
  readonly frictionArmM: number
  /** Turns that look the same. */
  readonly symmetry: number
  private readonly setting: SolverSetting

  /** @param perEdge - contact points on an edge */
  constructor(setting: SolverSetting, perEdge: number) {
    const { spec, onArm, model } = setting
    const { kind, halfSizeM } = onArm.objects[0]!
    const { tipRadiusM } = model.tool
    this.setting = setting
    const shape = { kind, halfSizeM: Float64Array.from(halfSizeM) }
    this.shape = shape
    this.frictionArmM = meanFrictionArm(shape)
    this.symmetry = spec.control.sees?.objects[0]?.yawSymmetry ?? 1
    this.contacts = contactPoints(shape, perEdge).filter((contact) => {
      const { x, y } = before(contact, tipRadiusM)
      return distanceToOutline(shape, x, y) >= tipRadiusM + ROOM_M
    })
  }

  /** How far an object is from a goal, in limits of success. */
  costOf(pose: PlanarPose, goal: PlanarPose): number {
    const place = Math.hypot(pose.x - goal.x, pose.y - goal.y) / PLACE_M
    const turn = Math.abs(yawDifference(pose.yaw, goal.yaw, this.symmetry)) / YAW_RAD
    return Math.hypot(place, turn)
  }

  /** Where the tip is to press on a contact point next, in the base frame. */
  landingAt(object: PlanarPose, contact: ContactPoint): Place {
    const { x, y } = before(contact, this.setting.model.tool.tipRadiusM)
    const [cos, sin] = [Math.cos(object.yaw), Math.sin(object.yaw)]
    return { x: object.x + cos * x - sin * y, y: object.y + sin * x + cos * y }
  }

  /** How far an object is beyond where the tip gets round it, to push it back [m]; 0 within. */
  strayOf({ x, y }: Place): number {
    const { model, spec } = this.setting
    const { radiusMinM, radiusMaxM } = spec.control.action.workspace
    const ring = reachOfObject(this.shape) + model.tool.tipRadiusM + WORKSPACE_MARGIN_M
    const radius = this.radiusOf(x, y)
    return Math.max(0, radius + ring - radiusMaxM, radiusMinM + ring - radius)
  }

  /** Whether the tip gets to a place in the base frame [m]. */
  isReachable(x: number, y: number): boolean {
    const { radiusMinM, radiusMaxM, xMinM, yMaxM } = this.setting.spec.control.action.workspace
    const radius = this.radiusOf(x, y)
    const isRadius = clamp(radius, radiusMinM + WORKSPACE_MARGIN_M, radiusMaxM - WORKSPACE_MARGIN_M)
    return isRadius === radius && x > xMinM && Math.abs(y) < yMaxM
  }

  /** Distance from the arm's first axis [m]. */
  private radiusOf(x: number, y: number): number {
    const { originPosition } = this.setting.model
    return Math.hypot(x - originPosition[0]!, y - originPosition[1]!)
  }
}

/** Air between an object's corners and a tip that goes round it [m]; how fast it goes back to that circle. */
const CIRCLE_GAP_M = 0.006
const CIRCLE_GAIN = 3

/** A circle round an object, which a tip keeps to. */
export interface Circle {
  readonly radiusM: number
  /** Share of its way that a tip at this distance from the middle goes outwards, -1 to 1. */
  readonly outwards: (awayM: number) => number
}

export function circleRound(shape: ObjectShape, { tool }: ArmModel): Circle {
  const radiusM = reachOfObject(shape) + tool.tipRadiusM + CIRCLE_GAP_M
  return { radiusM, outwards: (awayM) => clamp(CIRCLE_GAIN * (radiusM / awayM - 1), -1, 1) }
}

/** The way of a tool to a landing [m], or the tangent of the circle round the object that it would cross. */
export function roundAbout(tool: Place, landing: Place, object: Place, circle: Circle) {
  const { radiusM } = circle
  const way = { dx: landing.x - tool.x, dy: landing.y - tool.y }
  const out = { x: tool.x - object.x, y: tool.y - object.y }
  const along = -(out.x * way.dx + out.y * way.dy)
  const length = Math.hypot(way.dx, way.dy)
  if (along <= 0 || along >= length * length) return way
  const turn = out.x * way.dy - out.y * way.dx
  if (Math.abs(turn) >= radiusM * length) return way
  const awayM = Math.max(1e-6, Math.hypot(out.x, out.y))
  const [unitX, unitY] = [out.x / awayM, out.y / awayM]
  const side = turn < 0 ? -1 : 1
  // Outwards where it is inside of the circle already.
  const outwards = circle.outwards(awayM)
  return {
    dx: length * (outwards * unitX - side * unitY),
    dy: length * (outwards * unitY + side * unitX),
  }
}

/** Before a contact point, in the object's frame. */
function before({ normalX, normalY, x, y }: ContactPoint, tipRadiusM: number): Place {
  const away = tipRadiusM + GAP_M
  return { x: x - away * normalX, y: y - away * normalY }
}

/** The mean distance of the feet. */
function meanFrictionArm(shape: ObjectShape): number {
  const foot = new Float64Array(3)
  let sum = 0
  for (let i = 0; i < numFeet(shape.kind); i++) {
    footCentre(shape, i, foot)
    sum += Math.hypot(foot[0]!, foot[1]!)
  }
  return sum / numFeet(shape.kind)
}
