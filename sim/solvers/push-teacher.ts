import { observationOffset } from '../../robot/io/spec.ts'
import { bringIntoWorkspace } from '../../robot/io/workspace.ts'
import { clamp } from '../../robot/model/scalar.ts'
import { type Circle, circleRound, GAP_M, type Place, roundAbout } from './push-field.ts'
import type { CreateSolver, Solver, SolverSetting } from './solver.ts'
import { writeToolMove } from './tool-command.ts'

/** Delivered: closer than this to the goal [m]. */
const DONE_M = 0.008
/** So much before where a push begins still counts as there [m]. */
const BEFORE_M = 0.02
/** It pushes from so far beside the line through object and goal, the less the farther aside [m]. */
const BESIDE_M = 0.02
/** Share of the way aside that it goes in a step. */
const SIDE_GAIN = 0.35
/** Share of the way that is left that it goes in a step, at least so fast. */
const APPROACH_GAIN = 0.2
const CREEP_M_PER_S = 0.02
/** A command leads the tip, which is where between them it takes itself to be: 0 at the tip, 1 at the command. */
const LEAD = 0.2
/** It goes so much below the height of pushing, and pushes when not more than this above it [m]. */
const BELOW_PUSH_HEIGHT_M = 0.012
const LOW_M = 0.018

/** What an observation tells of a push, base frame [m]. */
interface Situation {
  readonly tip: Place
  readonly tipHeightM: number
  readonly commandHeightM: number
  readonly object: Place
  readonly goal: Place
}

interface Move {
  readonly dx: number
  readonly dy: number
}

/**
 * Pushes a round object straight at its goal: goes round it, low, to the place behind, and presses on through its
 * middle, steering along its edge. What it does follows from what it sees, so that a student that it advises can see
 * the reason of it, and it carries on from wherever noise or the student led.
 */
export const createPushTeacher: CreateSolver = (setting) => new PushTeacher(setting)

class PushTeacher implements Solver {
  private readonly setting: SolverSetting
  private readonly at: Readonly<Record<'commanded' | 'measured' | 'object' | 'goal', number>>
  /** From the middle of the object to the middle of a tip that touches it [m]. */
  private readonly touchM: number
  private readonly circle: Circle

  constructor(setting: SolverSetting) {
    const { spec, onArm, model } = setting
    const { kind, halfSizeM } = onArm.objects[0]!
    this.setting = setting
    this.touchM = halfSizeM[0]! + model.tool.tipRadiusM
    this.circle = circleRound({ kind, halfSizeM: Float64Array.from(halfSizeM) }, model)
    this.at = {
      commanded: observationOffset(spec, 'commandedTool'),
      measured: observationOffset(spec, 'toolPosition'),
      object: observationOffset(spec, 'objectPosition'),
      goal: observationOffset(spec, 'goalPosition'),
    }
  }

  /** There is nothing to forget. */
  reset(): void {}

  act(observation: Float32Array, begin: number, out: Float32Array, outBegin: number): void {
    const { action } = this.setting.spec.control
    const { clearHeightM = 0, pushHeightM = 0 } = this.setting.onArm.parameters
    const situation = this.look(observation, begin)
    const { commandHeightM, object, goal } = situation
    const leftM = Math.hypot(goal.x - object.x, goal.y - object.y)
    const isDone = leftM < DONE_M
    const z = isDone ? clearHeightM : pushHeightM - BELOW_PUSH_HEIGHT_M
    const { dx, dy } = isDone ? { dx: 0, dy: 0 } : this.decide(situation, leftM)
    writeToolMove(action, { dx, dy, z, mostM: action.stepM }, commandHeightM, out, outBegin)
  }

  private look(observation: Float32Array, begin: number): Situation {
    const see = (offset: number, i: number) => observation[begin + offset + i]!
    const { commanded, measured, object, goal } = this.at
    const lead = (i: number) => see(measured, i) + LEAD * (see(commanded, i) - see(measured, i))
    return {
      tip: { x: lead(0), y: lead(1) },
      tipHeightM: see(measured, 2),
      commandHeightM: see(commanded, 2),
      object: { x: see(object, 0), y: see(object, 1) },
      goal: { x: see(goal, 0), y: see(goal, 1) },
    }
  }

  /** @param leftM - from object to goal */
  private decide({ tip, tipHeightM, object, goal }: Situation, leftM: number): Move {
    const along = { x: (goal.x - object.x) / leftM, y: (goal.y - object.y) / leftM }
    const out = { x: tip.x - object.x, y: tip.y - object.y }
    const asideM = along.x * out.y - along.y * out.x
    const airM = -(out.x * along.x + out.y * along.y) - this.touchM
    const isBehind = airM > -this.touchM / 2 && airM < GAP_M + BEFORE_M
    const { pushHeightM = 0 } = this.setting.onArm.parameters
    const isLow = tipHeightM < pushHeightM + LOW_M
    return isBehind && isLow && Math.abs(asideM) < BESIDE_M
      ? this.pressOn(along, asideM, leftM + Math.max(0, airM))
      : this.goBehind(along, tip, object)
  }

  /** Towards the goal, and aside to the line through it and the object. */
  private pressOn(along: Place, asideM: number, wayM: number): Move {
    const { policyRateHz, action } = this.setting.spec.control
    const aimed = 1 - Math.abs(asideM) / BESIDE_M
    const creepM = CREEP_M_PER_S / policyRateHz
    const forwardM = aimed * clamp(APPROACH_GAIN * wayM, creepM, action.stepM)
    const sideM = -SIDE_GAIN * asideM
    return {
      dx: forwardM * along.x - sideM * along.y,
      dy: forwardM * along.y + sideM * along.x,
    }
  }

  /** Round the object to where a push begins, or as near to it as the arm gets. */
  private goBehind(along: Place, tip: Place, object: Place): Move {
    const { spec, model } = this.setting
    const awayM = this.touchM + GAP_M
    const landing = { x: object.x - along.x * awayM, y: object.y - along.y * awayM }
    bringIntoWorkspace(spec.control.action.workspace, model.originPosition, landing)
    return roundAbout(tip, landing, object, this.circle)
  }
}
