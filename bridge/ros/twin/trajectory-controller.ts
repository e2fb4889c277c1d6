import { secondsOf } from '../../recording/ros-values.ts'
import type { ServerGoal } from '../graph.ts'
import type { ActionTypes, JointTolerance, JointTrajectory } from '../interfaces.ts'
import { invalidTrajectory, pointsOf, Trajectory } from './trajectory.ts'

type Action = ActionTypes['control_msgs/action/FollowJointTrajectory']

/** `control_msgs/action/FollowJointTrajectory`. */
const RESULT = {
  successful: 0,
  invalidGoal: -1,
  pathToleranceViolated: -4,
  goalToleranceViolated: -5,
} as const

/** Tolerances of positions; 0: none. */
interface Tolerances {
  readonly path: Float64Array
  readonly goal: Float64Array
  /** Extra time for the goal's tolerance; 0: for ever [s]. */
  readonly goalTimeS: number
}

export interface TrajectoryControllerOptions {
  readonly joints: readonly string[]
  /** Of its update [s]. */
  readonly periodS: number
  /** Begin a new trajectory where the last set-point was instead of where the arm is. */
  readonly interpolatesFromDesired?: boolean
  /** `constraints.<joint>.trajectory` and `.goal`, the same for all joints [rad or m]. */
  readonly pathTolerance?: number
  readonly goalTolerance?: number
  /** `constraints.goal_time` [s]. */
  readonly goalTimeS?: number
}

/**
 * The part of ros2_controllers' joint_trajectory_controller (94e74de) that a sender of positions meets, with its
 * default parameters: what it accepts, splines, replacing, tolerances, ends of goals, holding. Without partial goals,
 * wrap-around, speed scaling and deceleration on cancel.
 */
export class TrajectoryController {
  readonly joints: readonly string[]
  /** What the joints are told [numJoints], [rad or m]. */
  readonly command: Float64Array
  readonly #options: TrajectoryControllerOptions
  readonly #defaults: Tolerances
  readonly #desired: Float64Array
  readonly #noVelocity: Float64Array
  readonly #measured: Float64Array
  #tolerances: Tolerances
  #next: Trajectory | null = null
  #trajectory: Trajectory | null = null
  #goal: ServerGoal<Action> | null = null
  #isHolding = true
  #trajectoryTimeS = 0

  /** @param position - where the joints are; held at first */
  constructor(options: TrajectoryControllerOptions, position: Float64Array) {
    const { joints, pathTolerance = 0, goalTolerance = 0, goalTimeS = 0 } = options
    const all = (value: number) => new Float64Array(joints.length).fill(value)
    this.joints = joints
    this.command = position.slice()
    this.#options = options
    this.#defaults = { path: all(pathTolerance), goal: all(goalTolerance), goalTimeS }
    this.#tolerances = this.#defaults
    this.#desired = position.slice()
    this.#noVelocity = all(0)
    this.#measured = position.slice()
  }

  /** A trajectory on the topic: replaces what is carried out; one that is not valid is ignored. Returns why. */
  follow(message: JointTrajectory, nowS: number): string | null {
    const reason = invalidTrajectory(message, this.joints, nowS)
    if (reason === null) this.#replaceBy(message)
    return reason
  }

  /** Whether a goal of the action would be accepted. */
  wouldAccept({ trajectory }: Action['goal'], nowS: number): boolean {
    return invalidTrajectory(trajectory, this.joints, nowS) === null
  }

  /** An accepted goal: replaces the one before, which ends aborted. */
  pursue(goal: ServerGoal<Action>): void {
    const replaced = this.#goal
    this.#goal = goal
    this.#tolerances = this.#tolerancesOf(goal.goal)
    this.#replaceBy(goal.goal.trajectory)
    replaced?.abort({
      error_code: RESULT.invalidGoal,
      error_string: 'Current goal preempted by new incoming action.',
    })
  }

  /** A goal is canceled: the arm holds where it is. */
  cancel(goal: ServerGoal<Action>): Action['result'] {
    if (goal === this.#goal) {
      this.#goal = null
      this.#holdAt(this.#measured)
    }
    return { error_code: RESULT.successful, error_string: '' }
  }

  /** A position from the next update on, without a way there: what a forward_command_controller does. */
  hold(position: Float64Array): void {
    this.#holdAt(position)
  }

  /**
   * One update: fills `command` from the trajectory.
   * @param nowS - ROS time
   * @param position,velocity - measured [numJoints]
   */
  update(nowS: number, position: Float64Array, velocity: Float64Array): void {
    const { periodS, interpolatesFromDesired } = this.#options
    this.#measured.set(position)
    if (this.#next !== null) {
      this.#trajectory = this.#next
      this.#next = null
    }
    const trajectory = this.#trajectory
    if (trajectory === null) return
    if (trajectory.isSampled) this.#trajectoryTimeS += periodS
    else {
      const isDesired = interpolatesFromDesired === true
      const [from, speed] = isDesired ? [this.command, this.#noVelocity] : [position, velocity]
      trajectory.beginAt(nowS, from, speed)
      this.#trajectoryTimeS = nowS
    }
    trajectory.sample(this.#trajectoryTimeS, this.#desired)
    const sample = trajectory.sample(this.#trajectoryTimeS + periodS, this.command)
    this.#judge(sample, position)
  }

  #judge({ isBeforeLast, afterLastS }: ReturnType<Trajectory['sample']>, position: Float64Array) {
    if (this.#isHolding) return
    const { path, goal, goalTimeS } = this.#tolerances
    if (isBeforeLast && this.#isOutside(path, position)) {
      this.#end('aborted', RESULT.pathToleranceViolated, 'Aborted due to path tolerance violation')
      this.#holdAt(position)
      return
    }
    if (isBeforeLast) return
    if (!this.#isOutside(goal, position)) {
      if (this.#goal === null) return
      this.#end('succeeded', RESULT.successful, 'Goal successfully reached!')
      this.#isHolding = true
    } else if (goalTimeS > 0 && afterLastS > goalTimeS) {
      const reason = `Aborted due to goal_time_tolerance exceeding by ${afterLastS.toFixed(6)} seconds`
      this.#end('aborted', RESULT.goalToleranceViolated, reason)
      this.#holdAt(position)
    }
  }

  #isOutside(tolerance: Float64Array, position: Float64Array): boolean {
    return tolerance.some(
      (most, i) => most > 0 && Math.abs(this.#desired[i]! - position[i]!) > most,
    )
  }

  #end(end: 'succeeded' | 'aborted', error_code: number, error_string: string): void {
    const goal = this.#goal
    this.#goal = null
    if (end === 'succeeded') goal?.succeed({ error_code, error_string })
    else goal?.abort({ error_code, error_string })
  }

  #replaceBy(message: JointTrajectory): void {
    this.#next = new Trajectory(secondsOf(message.header.stamp), pointsOf(message, this.joints))
    this.#isHolding = false
  }

  #holdAt(position: Float64Array): void {
    const positions = position.slice()
    this.#next = new Trajectory(0, [{ timeS: 0, positions, velocities: null, accelerations: null }])
    this.#isHolding = true
  }

  /** Tolerances that a goal names, in place of the controller's own; any that makes no sense leaves all as they are. */
  #tolerancesOf(goal: Action['goal']): Tolerances {
    const seconds = goal.goal_time_tolerance === undefined ? 0 : secondsOf(goal.goal_time_tolerance)
    const path = this.#resolve(this.#defaults.path, goal.path_tolerance ?? [])
    const end = this.#resolve(this.#defaults.goal, goal.goal_tolerance ?? [])
    const goalTimeS = resolveTolerance(this.#defaults.goalTimeS, seconds)
    if (path === null || end === null || goalTimeS === null) return this.#defaults
    return { path, goal: end, goalTimeS }
  }

  #resolve(defaults: Float64Array, given: readonly JointTolerance[]): Float64Array | null {
    const resolved = defaults.slice()
    for (const { name, position } of given) {
      const i = this.joints.indexOf(name)
      const value = i < 0 ? null : resolveTolerance(defaults[i]!, position)
      if (value === null) return null
      resolved[i] = value
    }
    return resolved
  }
}

/** 0 leaves the default, -1 takes it away, other negative values are no tolerance. */
function resolveTolerance(fallback: number, given: number): number | null {
  if (given > 0) return given
  if (given === 0) return fallback
  return Math.abs(given + 1) < 1e-6 ? 0 : null
}
