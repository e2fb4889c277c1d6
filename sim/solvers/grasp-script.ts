import { observationOffset } from '../../robot/io/spec.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { ArmKinematics } from '../../robot/model/kinematics.ts'
import { yawOf } from '../../robot/model/pose.ts'
import { clamp } from '../../robot/model/scalar.ts'
import { HandView } from './hand-view.ts'
import type { CreateSolver, Solver, SolverSetting } from './solver.ts'
import { writeToolMove } from './tool-command.ts'

/**
 * A hand comes down along a funnel round the object: where it is off by no more than this it may be all the way
 * down, at the rim it stays clear. Along the opening in shares of the room beside the object, and half-widths more;
 * across it in half-widths; the angle [rad].
 */
const DOWN = { along: 0.6, across: 0.6, rad: 0.2 }
const RIM = { beyond: 1, across: 1.6, rad: 0.6 }
/** A hand lower in the funnel than this goes up before it goes sideways [m]. */
const TOO_LOW_M = 0.006
/**
 * Between the fingers is what is no farther than this from the middle of an open hand, in half-widths: beyond the room
 * beside it, across the opening, along the fingers.
 */
const BETWEEN = { beyond: 0.3, across: 0.8, deep: 0.9 }
/** What a hand has closed round is the object where that is seen no farther than this from the hand's middle [m]. */
const HELD_WITHIN_M = 0.035
/** An object this far from where the hand held it has been lost [m], unless it is only seen late. */
const LOST_M = 0.03
const LOST_STEPS = 5
/** The object is lowered along a funnel, too: from this height, above where it is no farther from its place [m]. */
const CARRY_M = 0.03
const OVER_PLACE_M = 0.012
const LOWERING_SLOPE = 2
/**
 * On another object it is lowered and let go where it will stay, in its half-widths beside the middle: a student that
 * sees worse than its expert is not told to wait for what it cannot see.
 */
const OVER_OBJECT = 0.5
const PLACED = { aside: 0.6, upM: 0.006 }
/** An object let go farther than this from the goal is taken up again [m]. */
const MISPLACED_M = 0.015
/** Share of a miss that is taken back per step: the object is seen late. */
const CARRY_GAIN = 0.15
/** How far a commanded height may be below the measured one while an object is lowered [m]. */
const LEAD_M = 0.006
const TURN_GAIN = 0.5
const OPEN = 1
const CLOSE = -1

type Vector = readonly [number, number, number]

/** In the base frame [m]. */
interface Seen {
  /** Where the tool was told to be, and where it is. */
  readonly tool: Vector
  readonly measured: Vector
  readonly object: Vector
  readonly goal: Vector
}

interface Move {
  /** Of the commanded tool [m]. */
  dx: number
  dy: number
  /** Where to, of the commanded tool [m]. */
  z: number
  turnRad: number
  grip: typeof OPEN | typeof CLOSE
}

/**
 * Takes hold of the first object from above, its faces between the fingers, carries its centre to the goal
 * and, when stacking, lets go there. What it does follows from what it sees, not from what it meant to do, so that a
 * student that it advises, whatever that has done, is told things that it can see the reason of. It remembers only how
 * it holds the object.
 */
export const createGraspScript: CreateSolver = (setting) => new GraspScript(setting)

class GraspScript implements Solver {
  private readonly setting: SolverSetting
  private readonly hand: HandView
  private readonly at: Record<'commanded' | 'measured' | 'q' | 'object' | 'yaw' | 'goal', number>
  private readonly isStacking: boolean
  /** Of the object to take [m]. */
  private readonly halfWidthM: number
  private readonly halfHeightM: number
  /** From the tool point along the opening to the middle of the open hand [m]. */
  private readonly reachM: number
  /** On either side of the object when it is there [m]. */
  private readonly roomM: number
  /** Angles after which the object looks the same, per turn. */
  private readonly symmetry: number
  /** Which way a positive turn of the tool's joint turns the tool, seen from above. */
  private readonly turnSign: number
  /** Of the object between the fingers [3], [m]. */
  private readonly between = new Float64Array(3)
  private isHolding = false
  /** From the tool to the object, when the hand had closed [m]. */
  private held: Vector = [0, 0, 0]
  /** Latest steps with the object away from the hand that holds it. */
  private lostSteps = 0
  /** Whether it opens the hand, because there was nothing in it. */
  private isOpening = false

  constructor(setting: SolverSetting) {
    const { spec, onArm, model } = setting
    this.setting = setting
    this.hand = new HandView(model)
    this.at = {
      commanded: observationOffset(spec, 'commandedTool'),
      measured: observationOffset(spec, 'toolPosition'),
      q: observationOffset(spec, 'jointPosition'),
      object: observationOffset(spec, 'objectPosition'),
      yaw: observationOffset(spec, 'objectYawFromTool'),
      goal: observationOffset(spec, 'goalPosition'),
    }
    this.isStacking = onArm.objects.length > 1
    this.halfWidthM = onArm.objects[0]!.halfSizeM[0]
    this.halfHeightM = onArm.objects[0]!.halfSizeM[2]
    const { openingM, hasFixedJaw } = this.hand
    this.reachM = hasFixedJaw ? openingM / 2 : 0
    this.roomM = (hasFixedJaw ? openingM / 2 : openingM) - this.halfWidthM
    this.symmetry = Math.max(1, spec.control.sees?.objects[0]?.yawSymmetry ?? 1)
    const { turn } = spec.control.action
    this.turnSign = turn === undefined ? 0 : turningSense(model, turn.joint)
  }

  reset(): void {
    this.isHolding = false
    this.isOpening = false
  }

  act(observation: Float32Array, begin: number, out: Float32Array, outBegin: number): void {
    const { at, hand } = this
    const see = (offset: number): Vector => [
      observation[begin + offset]!,
      observation[begin + offset + 1]!,
      observation[begin + offset + 2]!,
    ]
    const seen = {
      tool: see(at.commanded),
      measured: see(at.measured),
      object: see(at.object),
      goal: see(at.goal),
    }
    const yaw = see(at.yaw)
    const turnRad = Math.atan2(yaw[1], yaw[0]) / this.symmetry
    hand.look(observation, begin + at.q)
    const offset = difference(seen.object, seen.measured)
    hand.locate(offset, this.between)
    this.watchHold(offset)
    this.write(this.decide(seen, turnRad), seen.tool[2], out, outBegin)
  }

  private decide(seen: Seen, turnRad: number): Move {
    if (this.isLetGo(seen)) return this.letGo(seen)
    if (this.isHolding) return this.carry(seen)
    const isClosing = this.hand.isRoundSomething && this.isNearHand
    if (!this.isOpening && (isClosing || this.isBetweenFingers())) {
      return { dx: 0, dy: 0, z: seen.tool[2], turnRad: 0, grip: CLOSE }
    }
    return this.approach(seen, turnRad)
  }

  /** An object on another is let go when it is there, and left alone while it stays. */
  private isLetGo({ object, goal }: Seen): boolean {
    if (!this.isStacking) return false
    const [gx, gy, gz] = difference(goal, object)
    if (!this.isHolding) return Math.hypot(gx, gy, gz) < MISPLACED_M
    return Math.hypot(gx, gy) < PLACED.aside * this.halfWidthM && Math.abs(gz) < PLACED.upM
  }

  private letGo({ tool }: Seen): Move {
    const { clearHeightM = 0 } = this.setting.onArm.parameters
    const z = this.hand.isOpen ? clearHeightM + CARRY_M : tool[2]
    return { dx: 0, dy: 0, z, turnRad: 0, grip: OPEN }
  }

  /**
   * A closed hand that is round something holds the object until that is seen to stay behind. One that holds nothing
   * opens all the way.
   */
  private watchHold(offset: Vector): void {
    const { hand } = this
    if (hand.isOpen) this.isOpening = false
    else if (!hand.isRoundSomething) this.isOpening = true
    if (hand.isOpen || this.isOpening) {
      this.isHolding = false
    } else if (this.isHolding) {
      const slipM = Math.hypot(...difference(offset, this.held))
      this.lostSteps = slipM > LOST_M ? this.lostSteps + 1 : 0
      this.isOpening = this.lostSteps >= LOST_STEPS
      this.isHolding = !this.isOpening
    } else if (hand.isStill && this.isNearHand) {
      this.isHolding = true
      this.lostSteps = 0
      this.held = offset
    }
  }

  private get isNearHand(): boolean {
    const { between, reachM } = this
    return Math.hypot(between[0]! - reachM, between[1]!, this.tooFarOutM) < HELD_WITHIN_M
  }

  /** How much farther out than it should be the object is along the fingers [m]. */
  private get tooFarOutM(): number {
    const { graspHeightM = 0 } = this.setting.onArm.parameters
    return this.between[2]! + this.halfHeightM - graspHeightM
  }

  private isBetweenFingers(): boolean {
    const { halfWidthM, reachM, roomM, between } = this
    return (
      Math.abs(between[0]! - reachM) < roomM + BETWEEN.beyond * halfWidthM &&
      between[1]! < BETWEEN.across * halfWidthM &&
      Math.abs(this.tooFarOutM) < BETWEEN.deep * halfWidthM
    )
  }

  private carry({ tool, measured, object, goal }: Seen): Move {
    const [gx, gy, gz] = difference(goal, object)
    const overM = this.isStacking ? OVER_OBJECT * this.halfWidthM : OVER_PLACE_M
    const asideM = Math.hypot(gx, gy)
    const above = clamp(LOWERING_SLOPE * (asideM - overM), 0, CARRY_M)
    const risesM = gz + above
    // Ahead of a tool that lags, a command would press the object down before it is seen to arrive.
    const z = Math.max(tool[2] + CARRY_GAIN * risesM, measured[2] - LEAD_M)
    // What is to go over another object first goes up.
    const isLow = risesM > CARRY_M / 2
    const gain = this.isStacking && isLow ? 0 : CARRY_GAIN
    return { dx: gain * gx, dy: gain * gy, z, turnRad: 0, grip: CLOSE }
  }

  private approach({ tool, measured, object }: Seen, turnRad: number): Move {
    const { hand, reachM, roomM, halfWidthM, setting } = this
    const { clearHeightM = 0, graspHeightM = 0 } = setting.onArm.parameters
    // An object that lies on another is taken hold of as much higher.
    const below = object[2] - this.halfHeightM
    const clear = clearHeightM + below
    if (!hand.isOpen) return { dx: 0, dy: 0, z: Math.max(clear, tool[2]), turnRad, grip: OPEN }
    const [ox, oy] = [hand.opening[0]!, hand.opening[1]!]
    const [mx, my] = [object[0] - reachM * ox - measured[0], object[1] - reachM * oy - measured[1]]
    const rise = Math.max(
      upTheFunnel(Math.abs(mx * ox + my * oy), DOWN.along * roomM, roomM + RIM.beyond * halfWidthM),
      upTheFunnel(Math.abs(my * ox - mx * oy) / halfWidthM, DOWN.across, RIM.across),
      upTheFunnel(Math.abs(turnRad), DOWN.rad, RIM.rad),
    )
    const low = graspHeightM + below
    const z = low + rise * (clear - low)
    const mayMove = tool[2] > z - TOO_LOW_M
    const dx = mayMove ? object[0] - reachM * ox - tool[0] : 0
    const dy = mayMove ? object[1] - reachM * oy - tool[1] : 0
    return { dx, dy, z, turnRad, grip: OPEN }
  }

  private write(move: Move, heightM: number, out: Float32Array, begin: number): void {
    const { action } = this.setting.spec.control
    writeToolMove(action, { ...move, mostM: action.stepM }, heightM, out, begin)
    let at = begin + 3
    if (action.turn !== undefined) {
      const turn = (TURN_GAIN * this.turnSign * move.turnRad) / action.turn.stepRad
      out[at++] = clamp(turn, -1, 1)
    }
    out[at] = move.grip
  }
}

function difference(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

/** 0 at the bottom of a funnel, 1 from its rim on. */
function upTheFunnel(off: number, bottom: number, rim: number): number {
  return clamp((off - bottom) / (rim - bottom), 0, 1)
}

/** Sign of d(yaw of the tool) / d(joint) in the rest pose. */
function turningSense(model: ArmModel, joint: string): number {
  const index = model.jointNames.indexOf(joint)
  const kinematics = new ArmKinematics(model)
  const q = Float64Array.from(model.restPose)
  kinematics.forward(q)
  const before = yawOf(kinematics.tipQuaternion)
  q[index] = q[index]! + 0.01
  kinematics.forward(q)
  return Math.sign(Math.sin(yawOf(kinematics.tipQuaternion) - before))
}
