import { observationOffset } from '../../robot/io/spec.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { ArmKinematics } from '../../robot/model/kinematics.ts'
import { rotate, yawOf } from '../../robot/model/pose.ts'
import { clamp } from '../../robot/model/scalar.ts'
import type { CreateSolver, Solver, SolverSetting } from './solver.ts'
import { writeToolMove } from './tool-command.ts'

/** Room between a fixed jaw and the object when the hand comes down [m]. */
const JAW_GAP_M = 0.006
const OVER_TOLERANCE_M = 0.006
const HEIGHT_TOLERANCE_M = 0.003
const ALIGNED_RAD = 0.06
/**
 * What counts as over an object or a goal grows with every step spent near it: a student that is shown the way sees
 * worse than its expert, and would otherwise be told to wait for ever.
 */
const EASING_M = 0.0005
const EASING_RAD = 0.005
const NEAR_OBJECT_M = 0.025
/** An open hand that came down before it was told to, but no farther off than this, may go on. */
const GRASPABLE_M = 0.012
const GRASPABLE_RAD = 0.2
/** Share of its stroke that a hand opens at least to go round an object. */
const OPEN_ENOUGH = 0.7
/** Steps that closing and opening take. */
const CLOSE_STEPS = 14
/** A hand has closed round something when it has moved and no longer does [share of its stroke, per step]. */
const CLOSED_BY = 0.1
const STILL = 0.01
const STILL_STEPS = 3
/** Steps after which it goes on anyhow, to find that it holds nothing. */
const CLOSE_STEPS_AT_MOST = 50
const OPEN_STEPS = 8
/** An object this far from where the hand held it has been lost [m], unless it is only seen late. */
const LOST_M = 0.03
const LOST_STEPS = 5
/** Nearer than this to the goal's place the object may be lowered, onto another only much nearer [m]. */
const OVER_GOAL_M = 0.012
const OVER_OBJECT_M = 0.004
/** A lowered object that strays less than this many times as far waits at its height until it is back. */
const STRAY = 3
/** How far above its place a held object is carried [m]. */
const CARRY_M = 0.03
const PLACED_M = 0.004
/** An object let go farther than this from the goal is taken up again [m]. */
const MISPLACED_M = 0.012
const RETREAT_STEPS = 20
/** Share of a miss that is taken back per step: the object is seen late. */
const CARRY_GAIN = 0.15
/** How far a commanded height may be below the measured one while an object is lowered [m]. */
const LEAD_M = 0.006
const TURN_GAIN = 0.5
const OPEN = 1
const CLOSE = -1

type Phase = 'over' | 'down' | 'close' | 'carry' | 'release' | 'retreat'

/**
 * Takes hold of the first object from above, its faces between the fingers, carries its centre to the goal
 * and, when stacking, lets go there.
 */
export const createGraspScript: CreateSolver = (setting) => new GraspScript(setting)

class GraspScript implements Solver {
  private phase: Phase = 'over'
  private stepsInPhase = 0
  /** Steps of the phase spent near what it waits for. */
  private waited = 0
  /** Latest steps with the object away from the hand that carries it. */
  private lostSteps = 0
  private readonly setting: SolverSetting
  private readonly hand: HandView
  private readonly at: Record<'commanded' | 'measured' | 'q' | 'object' | 'yaw' | 'goal', number>
  private readonly isStacking: boolean
  private readonly halfSizeM: number
  /** Which way a positive turn of the tool's joint turns the tool, seen from above. */
  private readonly turnSign: number
  /** From the tool to the object, when the hand had closed [3], [m]. */
  private readonly held = new Float64Array(3)

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
    this.halfSizeM = onArm.objects[0]!.halfSizeM[0]
    const { turn } = spec.control.action
    this.turnSign = turn === undefined ? 0 : turningSense(model, turn.joint)
  }

  reset(): void {
    this.enter('over')
  }

  act(observation: Float32Array, begin: number, out: Float32Array, outBegin: number): void {
    const { at, setting } = this
    const { action } = setting.spec.control
    const see = (offset: number, i: number) => observation[begin + offset + i]!
    this.hand.look(observation, begin + at.q)
    // Heading of the way from the tool point to where an object is held.
    const reach = this.hand.hasFixedJaw ? this.halfSizeM + JAW_GAP_M : 0
    const tool = [0, 1, 2].map((i) => see(at.commanded, i)) as [number, number, number]
    const object = [0, 1, 2].map((i) => see(at.object, i)) as [number, number, number]
    const goal = [0, 1, 2].map((i) => see(at.goal, i)) as [number, number, number]
    // An object that lies on another is taken hold of as much higher.
    const { clearHeightM = 0, graspHeightM = 0 } = setting.onArm.parameters
    const below = object[2] - setting.onArm.objects[0]!.halfSizeM[2]
    const low = graspHeightM + below
    const clear = clearHeightM + below
    const graspX = object[0] - reach * this.hand.opening[0]! - tool[0]
    const graspY = object[1] - reach * this.hand.opening[1]! - tool[1]
    const turnRad = Math.atan2(see(at.yaw, 1), see(at.yaw, 0)) / this.symmetry()
    const missM = Math.hypot(graspX, graspY)

    let [dx, dy, z] = [graspX, graspY, clear]
    let grip = OPEN
    switch (this.phase) {
      case 'over':
        if (tool[2] < clear - 2 * HEIGHT_TOLERANCE_M) {
          const isOver = missM < GRASPABLE_M && Math.abs(turnRad) < GRASPABLE_RAD
          if (isOver && this.hand.isOpen) this.enter('down')
          else [dx, dy] = [0, 0]
        } else if (this.isNear(missM, OVER_TOLERANCE_M, NEAR_OBJECT_M)) {
          if (Math.abs(turnRad) < ALIGNED_RAD + EASING_RAD * this.waited) this.enter('down')
        }
        break
      case 'down':
        z = low
        if (tool[2] < low + HEIGHT_TOLERANCE_M) {
          this.hand.watchClosing()
          this.enter('close')
        }
        break
      case 'close':
        ;[dx, dy, z, grip] = [0, 0, tool[2], CLOSE]
        if (this.stepsInPhase >= (this.hand.hasClosed ? CLOSE_STEPS : CLOSE_STEPS_AT_MOST)) {
          for (let i = 0; i < 3; i++) this.held[i] = object[i]! - see(at.measured, i)
          this.enter('carry')
        }
        break
      case 'carry': {
        grip = CLOSE
        const [gx, gy, gz] = [goal[0] - object[0], goal[1] - object[1], goal[2] - object[2]]
        const overM = this.isStacking ? OVER_OBJECT_M : OVER_GOAL_M
        const asideM = Math.hypot(gx, gy)
        const isOverGoal = this.isNear(asideM, overM, STRAY * OVER_GOAL_M)
        dx = CARRY_GAIN * gx
        dy = CARRY_GAIN * gy
        // Ahead of a tool that lags, a command would press the object down before it is seen to arrive.
        const lowered = Math.max(tool[2] + CARRY_GAIN * gz, see(at.measured, 2) - LEAD_M)
        if (isOverGoal) z = lowered
        else if (asideM < STRAY * overM) z = tool[2]
        else z = Math.min(Math.max(goal[2], clearHeightM) + CARRY_M, tool[2] + CARRY_M)
        const slip = (i: number) => object[i]! - see(at.measured, i) - this.held[i]!
        const isAway = Math.hypot(slip(0), slip(1), slip(2)) > LOST_M
        this.lostSteps = isAway ? this.lostSteps + 1 : 0
        if (this.lostSteps >= LOST_STEPS) this.enter('over')
        else if (this.isStacking && isOverGoal && Math.abs(gz) < PLACED_M) this.enter('release')
        break
      }
      case 'release':
        ;[dx, dy, z] = [0, 0, tool[2]]
        if (this.stepsInPhase >= OPEN_STEPS) this.enter('retreat')
        break
      case 'retreat':
        ;[dx, dy, z] = [0, 0, clearHeightM + CARRY_M]
        if (this.stepsInPhase >= RETREAT_STEPS && isMisplaced(object, goal)) this.enter('over')
        break
    }
    this.stepsInPhase++
    writeToolMove(action, { dx, dy, z, mostM: action.stepM }, tool[2], out, outBegin)
    this.writeHand(
      this.phase === 'over' || this.phase === 'down' ? turnRad : 0,
      grip,
      out,
      outBegin,
    )
  }

  private writeHand(turnRad: number, grip: number, out: Float32Array, begin: number): void {
    const { turn } = this.setting.spec.control.action
    let at = begin + 3
    if (turn !== undefined) {
      out[at++] = clamp((TURN_GAIN * this.turnSign * turnRad) / turn.stepRad, -1, 1)
    }
    out[at] = grip
  }

  private symmetry(): number {
    return Math.max(1, this.setting.spec.control.sees?.objects[0]?.yawSymmetry ?? 1)
  }

  /** Whether a miss is small enough by now. */
  private isNear(missM: number, enoughM: number, nearM: number): boolean {
    if (missM < nearM) this.waited++
    return missM < enoughM + EASING_M * this.waited
  }

  private enter(phase: Phase): void {
    this.phase = phase
    this.stepsInPhase = 0
    this.waited = 0
    this.lostSteps = 0
  }
}

function isMisplaced(object: readonly number[], goal: readonly number[]): boolean {
  return Math.hypot(...object.map((x, i) => x - goal[i]!)) > MISPLACED_M
}

/** What measured joints say of the hand. */
class HandView {
  readonly hasFixedJaw: boolean
  /** Unit vector, seen from above, from a fixed jaw towards the one that moves [3]. */
  readonly opening = new Float64Array(3)
  private readonly kinematics: ArmKinematics
  private readonly q: Float64Array
  private readonly opens: readonly number[]
  private readonly gripper: ArmModel['gripper']
  /** Share of the stroke that it is open, now and when it was told to close. */
  private share = 0
  private shareBefore = 0
  private stillSteps = 0

  constructor(model: ArmModel) {
    this.kinematics = new ArmKinematics(model)
    this.q = new Float64Array(model.numJoints)
    this.hasFixedJaw = model.gripper?.hasFixedJaw ?? false
    this.opens = [...(model.gripper?.opens ?? [0, 0, 0])]
    this.gripper = model.gripper
  }

  watchClosing(): void {
    this.shareBefore = this.share
    this.stillSteps = 0
  }

  get isOpen(): boolean {
    return this.share > OPEN_ENOUGH
  }

  get hasClosed(): boolean {
    return this.shareBefore - this.share > CLOSED_BY && this.stillSteps >= STILL_STEPS
  }

  look(observation: Float32Array, begin: number): void {
    for (let i = 0; i < this.q.length; i++) this.q[i] = observation[begin + i]!
    this.lookAtStroke()
    this.kinematics.forward(this.q)
    rotate(this.kinematics.tipQuaternion, this.opens, this.opening)
    const length = Math.hypot(this.opening[0]!, this.opening[1]!) || 1
    this.opening[0] = this.opening[0]! / length
    this.opening[1] = this.opening[1]! / length
  }

  private lookAtStroke(): void {
    if (this.gripper === undefined) return
    const { joint, open, closed } = this.gripper
    const share = (this.q[joint]! - closed) / (open - closed)
    this.stillSteps = Math.abs(share - this.share) < STILL ? this.stillSteps + 1 : 0
    this.share = share
  }
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
