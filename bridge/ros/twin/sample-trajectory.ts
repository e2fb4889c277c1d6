/** A point of a trajectory, joints in the controller's order. */
export interface TrajectoryPoint {
  /** Since the trajectory's start [s]. */
  readonly timeS: number
  /** [numJoints], [rad or m]; velocities and accelerations where the sender gave them. */
  readonly positions: Float64Array
  readonly velocities: Float64Array | null
  readonly accelerations: Float64Array | null
}

/** A segment between two points; times on one clock [s]. */
export interface Segment {
  readonly beginS: number
  readonly begin: TrajectoryPoint
  readonly endS: number
  readonly end: TrajectoryPoint
}

/**
 * Positions within a segment, as joint_trajectory_controller's `splines`: linear between positions, cubic where both
 * ends have velocities, quintic where both have accelerations too.
 * @param timeS - from `beginS` to `endS`
 * @param out - positions [numJoints], [rad or m]
 */
export function sampleSegment(segment: Segment, timeS: number, out: Float64Array): void {
  const { begin, beginS, end, endS } = segment
  const durationS = endS - beginS
  const x = durationS > 0 ? Math.min(1, Math.max(0, (timeS - beginS) / durationS)) : 1
  for (let i = 0; i < out.length; i++) {
    const [p0, p1] = [begin.positions[i]!, end.positions[i]!]
    if (begin.velocities === null || end.velocities === null) {
      out[i] = p0 + (p1 - p0) * x
      continue
    }
    // Derivatives with respect to x.
    const [v0, v1] = [begin.velocities[i]! * durationS, end.velocities[i]! * durationS]
    if (begin.accelerations === null || end.accelerations === null) {
      out[i] = cubic(x, p0, p1, v0, v1)
      continue
    }
    const square = durationS * durationS
    const [a0, a1] = [begin.accelerations[i]! * square, end.accelerations[i]! * square]
    out[i] = quintic(x, { p0, p1, v0, v1, a0, a1 })
  }
}

/** Hermite: values and slopes at both ends. */
function cubic(x: number, p0: number, p1: number, v0: number, v1: number): number {
  const rise = p1 - p0
  return p0 + x * (v0 + x * (3 * rise - 2 * v0 - v1 + x * (v0 + v1 - 2 * rise)))
}

function quintic(
  x: number,
  end: { p0: number; p1: number; v0: number; v1: number; a0: number; a1: number },
): number {
  const { p0, p1, v0, v1, a0, a1 } = end
  const rise = p1 - p0
  const c3 = 10 * rise - 6 * v0 - 4 * v1 - 1.5 * a0 + 0.5 * a1
  const c4 = -15 * rise + 8 * v0 + 7 * v1 + 1.5 * a0 - a1
  const c5 = 6 * rise - 3 * (v0 + v1) - 0.5 * (a0 - a1)
  return p0 + x * (v0 + x * (a0 / 2 + x * (c3 + x * (c4 + x * c5))))
}
