import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmModel, Mimic } from './arm.ts'
import { choleskySolve } from './cholesky.ts'
import { ArmKinematics } from './kinematics.ts'
import { turnRowsAbout } from './turn-rows.ts'

/** Weights against one metre of position error. */
const APPROACH_WEIGHT_M = 0.01
const POSTURE_WEIGHT_M = 0.0002
/** Longest change of a joint per iteration [rad]. */
const MAX_STEP_RAD = 0.5
/** Distance kept from the joint limits [rad], as far as the joint's range has room for it. */
const LIMIT_MARGIN_RAD = 0.02

export interface ToolIkOptions {
  /** Number of iterations, always all of them; default 4, enough from a start one or two cm away. */
  readonly iterations?: number
  /** Joints that stay where they are, beside those that the tool point does not hang on. */
  readonly held?: readonly number[]
}

export interface ToolIk {
  /**
   * Joints that put the tool point at `goal` with the tool leaning outward by `leanRad` from straight
   * down. Returns the distance that is left [m]: above a millimetre or two, the goal is out of reach.
   *
   * @param goal - tool point in the base frame [m]
   * @param q - start of the search on entry, solution on return [numJoints], [rad]
   */
  solve(goal: ToolGoal, leanRad: number, q: Float64Array): number
}

export interface ToolGoal {
  readonly x: number
  readonly y: number
  readonly z: number
}

/**
 * Inverse kinematics for a tool point and a direction, for any arm, redundant or not. It is part of what
 * a policy's action means, so it is fixed and simple to write again elsewhere:
 *
 *   φ   = atan2(y - y0, x - x0), with (x0, y0) the first joint's axis position in the base frame
 *   a*  = (sin lean cos φ, sin lean sin φ, -cos lean)
 *   repeat `iterations` times, all joints free at first that move the tool point and are not held:
 *     rows  Jv dq = goal - tip;   w (ω × a) dq = w (a* - a), w = 0.01 m;   p dq = p (rest - q), p = 0.0002 m
 *           with tip, unit approach direction a and Jacobian (Jv, ω) of the present q
 *     dq    = least squares of the rows over the free joints, by the normal equations
 *     dq    = dq · min(1, 0.5 rad / max |dq|)
 *     if q + dq leaves [lower + 0.02, upper - 0.02] for some free joints (the middle of a narrower range): put those
 *     joints' dq on the limit, take them as constants, and do the least squares (and the 0.5 rad) again for the
 *     others, once
 *     q     = clamp(q + dq)
 *
 * The position comes first; the direction gives way where a joint limit forces it; the posture decides
 * only what the other two leave open. The start is clamped to the limits first. Throws ROBOT_ARM_INVALID where the
 * tool point hangs on a joint that another moves.
 */
export function createToolIk(model: ArmModel, options: ToolIkOptions = {}): ToolIk {
  const solver = new ToolIkSolver(model, options.iterations ?? 4, options.held ?? [])
  return { solve: (goal, leanRad, q) => solver.solve(goal, leanRad, q) }
}

function refuseGeared({ jointNames, name }: ArmModel, { leader, follower }: Mimic): never {
  throw new CodedError(
    'ROBOT_ARM_INVALID',
    `${name}: the tool hangs on ${jointNames[follower]}, which ${jointNames[leader]} moves by a gear`,
    { hint: 'every joint on the way to the tool point has to have a motor of its own' },
  )
}

class ToolIkSolver {
  readonly #model: ArmModel
  readonly #iterations: number
  readonly #kinematics: ArmKinematics
  readonly #lower: Float64Array
  readonly #upper: Float64Array
  /** [6, n] from the kinematics; its angular rows become those of the approach direction. */
  readonly #jacobian: Float64Array
  /** Normal equations N dq = g, the part of them that is solved, and its factor [n, n]. */
  readonly #normal: Float64Array
  readonly #gradient: Float64Array
  readonly #matrix: Float64Array
  readonly #factor: Float64Array
  readonly #step: Float64Array
  /** 1 for joints that have met their limit in this iteration, and the step that takes them there. */
  readonly #isStopped: Uint8Array
  /** 1 for joints that stay where they are: those held, and those that do not move the tool point. */
  readonly #isIdle: Uint8Array
  readonly #stop: Float64Array
  readonly #residual = new Float64Array(6)
  readonly #direction = new Float64Array(3)

  constructor(model: ArmModel, iterations: number, held: readonly number[]) {
    const n = model.numJoints
    this.#model = model
    this.#iterations = iterations
    this.#kinematics = new ArmKinematics(model)
    const margins = model.lower.map((value, i) =>
      Math.min(LIMIT_MARGIN_RAD, (model.upper[i]! - value) / 2),
    )
    this.#lower = model.lower.map((value, i) => value + margins[i]!)
    this.#upper = model.upper.map((value, i) => value - margins[i]!)
    this.#jacobian = new Float64Array(6 * n)
    this.#normal = new Float64Array(n * n)
    this.#gradient = new Float64Array(n)
    this.#matrix = new Float64Array(n * n)
    this.#factor = new Float64Array(n * n)
    this.#step = new Float64Array(n)
    this.#isStopped = new Uint8Array(n)
    this.#isIdle = new Uint8Array(n).fill(1)
    for (let i = model.tool.link; i >= 0; i = model.parent[i]!) this.#isIdle[i] = 0
    for (const joint of held) this.#isIdle[joint] = 1
    const geared = model.mimics.find(({ follower }) => this.#isIdle[follower] === 0)
    if (geared !== undefined) refuseGeared(model, geared)
    this.#stop = new Float64Array(n)
  }

  solve(goal: ToolGoal, leanRad: number, q: Float64Array): number {
    const { originPosition, numJoints } = this.#model
    const azimuth = Math.atan2(goal.y - originPosition[1]!, goal.x - originPosition[0]!)
    this.#direction[0] = Math.sin(leanRad) * Math.cos(azimuth)
    this.#direction[1] = Math.sin(leanRad) * Math.sin(azimuth)
    this.#direction[2] = -Math.cos(leanRad)
    const step = this.#step
    step.fill(0)
    this.#advance(q)
    for (let iteration = 0; iteration < this.#iterations; iteration++) {
      this.#kinematics.forward(q)
      this.#buildNormalEquations(goal, q)
      this.#isStopped.set(this.#isIdle)
      this.#stop.fill(0)
      this.#solveStep()
      if (this.#stopAtLimits(q)) this.#solveStep()
      for (let i = 0; i < numJoints; i++) if (this.#isStopped[i] === 1) step[i] = this.#stop[i]!
      this.#advance(q)
    }
    this.#kinematics.forward(q)
    const tip = this.#kinematics.tip
    return Math.hypot(goal.x - tip[0]!, goal.y - tip[1]!, goal.z - tip[2]!)
  }

  #buildNormalEquations(goal: ToolGoal, q: Float64Array): void {
    const { numJoints: n, restPose } = this.#model
    const jacobian = this.#jacobian
    const residual = this.#residual
    const direction = this.#direction
    const { tip, approach } = this.#kinematics
    this.#kinematics.jacobian(jacobian)
    residual[0] = goal.x - tip[0]!
    residual[1] = goal.y - tip[1]!
    residual[2] = goal.z - tip[2]!
    for (let k = 0; k < 3; k++) residual[3 + k] = APPROACH_WEIGHT_M * (direction[k]! - approach[k]!)
    turnRowsAbout(approach, APPROACH_WEIGHT_M, jacobian, n)
    const posture = POSTURE_WEIGHT_M * POSTURE_WEIGHT_M
    const gradient = this.#gradient
    const normal = this.#normal
    for (let i = 0; i < n; i++) {
      let slope = posture * (restPose[i]! - q[i]!)
      for (let row = 0; row < 6; row++) slope += jacobian[row * n + i]! * residual[row]!
      gradient[i] = slope
      for (let j = 0; j <= i; j++) {
        let sum = i === j ? posture : 0
        for (let at = 0; at < 6 * n; at += n) sum += jacobian[at + i]! * jacobian[at + j]!
        normal[i * n + j] = sum
        normal[j * n + i] = sum
      }
    }
  }

  /** Least-squares step of the free joints, shortened to the longest allowed; 0 for stopped joints. */
  #solveStep(): void {
    const n = this.#model.numJoints
    const matrix = this.#matrix
    const isStopped = this.#isStopped
    const step = this.#step
    matrix.set(this.#normal)
    step.set(this.#gradient)
    for (let j = 0; j < n; j++) {
      if (isStopped[j] === 0) continue
      for (let i = 0; i < n; i++) {
        step[i] = step[i]! - this.#normal[i * n + j]! * this.#stop[j]!
        matrix[i * n + j] = 0
        matrix[j * n + i] = 0
      }
      matrix[j * n + j] = 1
    }
    for (let j = 0; j < n; j++) if (isStopped[j] === 1) step[j] = 0
    choleskySolve(matrix, this.#factor, step, n)
    let longest = 0
    for (let i = 0; i < n; i++) longest = Math.max(longest, Math.abs(step[i]!))
    if (longest <= MAX_STEP_RAD) return
    for (let i = 0; i < n; i++) step[i] = (step[i]! * MAX_STEP_RAD) / longest
  }

  /** Stops the joints that the step would take beyond a limit; whether there are any. */
  #stopAtLimits(q: Float64Array): boolean {
    let isAny = false
    for (let i = 0; i < q.length; i++) {
      if (this.#isIdle[i] === 1) continue
      const next = q[i]! + this.#step[i]!
      const clamped = Math.min(this.#upper[i]!, Math.max(this.#lower[i]!, next))
      if (clamped === next) continue
      this.#isStopped[i] = 1
      this.#stop[i] = clamped - q[i]!
      isAny = true
    }
    return isAny
  }

  #advance(q: Float64Array): void {
    for (let i = 0; i < q.length; i++) {
      if (this.#isIdle[i] === 1) continue
      const next = q[i]! + this.#step[i]!
      q[i] = Math.min(this.#upper[i]!, Math.max(this.#lower[i]!, next))
    }
  }
}
