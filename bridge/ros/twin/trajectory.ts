import { secondsOf } from '../../recording/ros-values.ts'
import type { JointTrajectory } from '../interfaces.ts'
import { sampleSegment, type TrajectoryPoint } from './sample-trajectory.ts'

/** Where a sample of a trajectory lies. */
export interface Sample {
  /** Whether a point of the trajectory is still ahead. */
  readonly isBeforeLast: boolean
  /** Since the last point [s], once it is behind. */
  readonly afterLastS: number
}

/** A trajectory that is being carried out, in the controller's joint order. */
export class Trajectory {
  readonly points: readonly TrajectoryPoint[]
  /** From when on its times count [s]; 0: from its first sample. */
  #startS: number
  #before: { readonly timeS: number; readonly point: TrajectoryPoint } | null = null

  constructor(startS: number, points: readonly TrajectoryPoint[]) {
    this.#startS = startS
    this.points = points
  }

  get isSampled(): boolean {
    return this.#before !== null
  }

  /**
   * Where the way to the first point begins. Where the first point has derivatives, so has this one.
   * @param positions - copied [numJoints], [rad or m]
   */
  beginAt(timeS: number, positions: Float64Array, velocities: Float64Array): void {
    const first = this.points[0]!
    this.#before = {
      timeS,
      point: {
        timeS: 0,
        positions: positions.slice(),
        velocities: velocities.slice(),
        accelerations: first.accelerations === null ? null : new Float64Array(positions.length),
      },
    }
    if (this.#startS === 0) this.#startS = timeS
  }

  /** @param out - positions at `timeS` [numJoints], [rad or m] */
  sample(timeS: number, out: Float64Array): Sample {
    const { points } = this
    const before = this.#before!
    const at = (k: number) => this.#startS + points[k]!.timeS
    let begin = before.point
    let beginS = before.timeS
    for (let k = 0; k < points.length; k++) {
      const endS = at(k)
      if (timeS < endS) {
        sampleSegment({ beginS, begin, endS, end: points[k]! }, timeS, out)
        return { isBeforeLast: true, afterLastS: 0 }
      }
      begin = points[k]!
      beginS = endS
    }
    out.set(points.at(-1)!.positions)
    return { isBeforeLast: false, afterLastS: timeS - at(points.length - 1) }
  }
}

/** A message's points in the order of `joints`; it must have been found valid. */
export function pointsOf(
  { joint_names, points }: JointTrajectory,
  joints: readonly string[],
): TrajectoryPoint[] {
  const places = joints.map((name) => joint_names.indexOf(name))
  const sorted = (values: ArrayLike<number> | undefined) =>
    values === undefined || values.length === 0
      ? null
      : Float64Array.from(places, (place) => values[place]!)
  return points.map(({ time_from_start, positions, velocities, accelerations }) => ({
    timeS: secondsOf(time_from_start),
    positions: sorted(positions)!,
    velocities: sorted(velocities),
    accelerations: sorted(accelerations),
  }))
}

/**
 * Why a joint_trajectory_controller with default parameters ignores a trajectory, or refuses it as a goal; null: it
 * does not. (ros2_controllers 94e74de, validate_trajectory_msg)
 *
 * @param nowS - ROS time
 */
export function invalidTrajectory(
  { header, joint_names, points }: JointTrajectory,
  joints: readonly string[],
  nowS: number,
): string | null {
  if (joint_names.length !== joints.length) return 'not all joints of the controller'
  const unknown = joint_names.find((name) => !joints.includes(name))
  if (unknown !== undefined) return `no joint ${unknown}`
  const last = points.at(-1)
  if (last === undefined) return 'no points'
  const isMoving = Array.from(last.velocities ?? []).some((v) => Math.abs(v) > FLOAT_EPSILON)
  if (isMoving) return 'the last velocity is not zero'
  const startS = secondsOf(header.stamp)
  if (startS !== 0 && startS + secondsOf(last.time_from_start) < nowS) return 'ends in the past'
  let previousS = Number.NEGATIVE_INFINITY
  for (const { time_from_start, positions, velocities, accelerations, effort } of points) {
    const timeS = secondsOf(time_from_start)
    if (timeS <= previousS) return 'times do not increase'
    previousS = timeS
    if (positions.length !== joints.length) return 'a point without all positions'
    for (const values of [velocities, accelerations]) {
      if ((values?.length ?? 0) > 0 && values!.length !== joints.length)
        return 'a point with some derivatives missing'
    }
    if ((effort?.length ?? 0) > 0) return 'efforts for a controller of positions'
  }
  return null
}

/** std::numeric_limits<float>::epsilon() */
const FLOAT_EPSILON = 2 ** -23
