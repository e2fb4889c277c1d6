import type { Demonstration } from '../../policy/learning/demonstrations.ts'
import { createMeasurement, writeObservation } from '../../robot/io/observation.ts'
import { type ControlSpec, observationSize } from '../../robot/io/spec.ts'
import { ToolController } from '../../robot/io/tool-controller.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { ArmKinematics } from '../../robot/model/kinematics.ts'
import { clamp } from '../../robot/model/scalar.ts'
import { writeToolMove } from '../../sim/solvers/tool-command.ts'
import { type Episode, GOAL_AT } from './episode.ts'

/** What the policy could not have kept up with is nothing to learn from: its tool this far behind [m]. */
const FAR_BEHIND_M = 0.05

export interface Lesson {
  readonly spec: ControlSpec
  readonly model: ArmModel
  /** Of the episode's frames [Hz]. */
  readonly fps: number
}

/**
 * An episode of joints as a demonstration in a policy's own terms: at every step what it would have observed, and the
 * action that leads its commanded tool to where the arm was told to be at the step's end. Steps in which the arm was
 * faster than a policy may be only lead up to others. Null for an episode that never saw its object, or has no step.
 *
 * @param episode - its joints include the model's; object and goal as `SURROUNDINGS` names them
 */
export function teachFromEpisode(
  episode: Episode,
  { fps, model, spec }: Lesson,
): Demonstration | null {
  const places = model.jointNames.map((name) => episode.joints.indexOf(name))
  const firstSeen = episode.surroundings.findIndex((row) => row.every(Number.isFinite))
  const framesPerStep = fps / spec.control.policyRateHz
  const steps = Math.floor((episode.state.length - firstSeen) / framesPerStep)
  if (firstSeen < 0 || steps < 1) return null
  const { action: space } = spec.control
  const controller = new ToolController(model, space)
  const aim = new Aim(model, controller)
  const size = observationSize(spec)
  const width = spec.actionNames.length
  const observation = new Float32Array(steps * size)
  const action = new Float32Array(steps * width)
  const weight = new Float32Array(steps)
  const object = createMeasurement()
  const objects = spec.control.sees?.objects.length === 0 ? [] : [object]
  const q = new Float64Array(model.numJoints)
  const told = new Float64Array(model.numJoints)
  let changedAt = firstSeen
  for (let step = 0; step < steps; step++) {
    const at = firstSeen + step * framesPerStep
    const frame = Math.floor(at)
    const row = episode.surroundings[frame]!
    const before = episode.surroundings[Math.max(firstSeen, Math.floor(at - framesPerStep))]!
    object.isFresh = step === 0 || row.some((value, i) => i < GOAL_AT && value !== before[i])
    if (object.isFresh) changedAt = frame
    Object.assign(object, { xM: row[0], yM: row[1], zM: row[2], yawRad: row[3] })
    object.ageS = (at - changedAt) / fps
    between(episode.state, places, at, q)
    // The last command before a frame stands beside the one before it.
    between(episode.action, places, Math.max(0, at + framesPerStep - 1), told)
    if (step === 0) controller.reset(q)
    controller.measure(q)
    writeObservation(spec, controller, q, objects, row.subarray(GOAL_AT), observation, step * size)
    const behindM = aim.write(told, action, step * width)
    weight[step] = behindM <= FAR_BEHIND_M ? 1 : 0
    controller.step(action, step * width, q)
  }
  return { observation, action, weight }
}

/** Turns joints that an arm was told into the action that tells them. */
class Aim {
  private readonly kinematics: ArmKinematics
  private readonly controller: ToolController
  private readonly model: ArmModel
  private readonly q: Float64Array

  constructor(model: ArmModel, controller: ToolController) {
    this.model = model
    this.controller = controller
    this.kinematics = new ArmKinematics(model)
    this.q = new Float64Array(model.numJoints)
  }

  /** Returns how far the tool stays behind [m]. */
  write(told: Float64Array, out: Float32Array, begin: number): number {
    const { action, commandedTip, commandQ, setpoint } = this.controller
    // What servos are told is more than where the tool shall be: weight and wear are added.
    for (let i = 0; i < told.length; i++) this.q[i] = told[i]! - (setpoint[i]! - commandQ[i]!)
    this.kinematics.forward(this.q)
    const [dx, dy, dz] = [0, 1, 2].map((axis) => this.kinematics.tip[axis]! - commandedTip[axis]!)
    const heightM = commandedTip[2]!
    const move = { dx: dx!, dy: dy!, z: heightM + dz!, mostM: action.stepM }
    writeToolMove(action, move, heightM, out, begin)
    this.writeToolJoints(out, begin + 3)
    return Math.max(0, Math.hypot(dx!, dy!, dz!) - action.stepM)
  }

  private writeToolJoints(out: Float32Array, begin: number): void {
    const { controller, model, q } = this
    const { gripper, turn } = controller.action
    let at = begin
    if (turn !== undefined) {
      const joint = model.jointNames.indexOf(turn.joint)
      out[at++] = clamp((q[joint]! - controller.commandQ[joint]!) / turn.stepRad, -1, 1)
    }
    if (gripper === undefined || model.gripper === undefined) return
    const { closed, joint, open } = model.gripper
    out[at] = clamp((2 * (q[joint]! - closed)) / (open - closed) - 1, -1, 1)
  }
}

/** Joints between two frames [rad]. @param places - of the model's joints in a row */
function between(
  rows: readonly Float64Array[],
  places: readonly number[],
  at: number,
  out: Float64Array,
): void {
  const first = Math.min(Math.floor(at), rows.length - 1)
  const [low, high] = [rows[first]!, rows[Math.min(first + 1, rows.length - 1)]!]
  const share = clamp(at - first, 0, 1)
  for (const [i, place] of places.entries()) {
    out[i] = low[place]! + share * (high[place]! - low[place]!)
  }
}
