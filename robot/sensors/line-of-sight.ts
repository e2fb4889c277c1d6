/** What may stand between a camera and what it looks at. */
export interface Obstruction {
  /** Ends of the arm's straight pieces one after another, base to tip [numPoints, 3], [m]. */
  readonly points: Float64Array
  readonly numPoints: number
  /** Half the thickness of the arm [m]. */
  readonly radiusM: number
}

/** Whether a camera at `eye` [3] does not see `place` [3] for an arm in between. */
export function isCovered(eye: ArrayLike<number>, place: Float64Array, arm: Obstruction): boolean {
  const { points, numPoints, radiusM } = arm
  for (let k = 0; k + 1 < numPoints; k++) {
    if (segmentDistance(eye, 0, place, 0, points, 3 * k, 3 * k + 3) < radiusM) return true
  }
  return false
}

/**
 * Distance of the segment from `a` to `b` from the one between two places in `points`, all [m]; the
 * closest points by clamping (Ericson, "Real-Time Collision Detection", 2005, section 5.1.9).
 */
function segmentDistance(
  a: ArrayLike<number>,
  atA: number,
  b: ArrayLike<number>,
  atB: number,
  points: Float64Array,
  from: number,
  to: number,
): number {
  let uu = 0
  let vv = 0
  let uv = 0
  let uw = 0
  let vw = 0
  for (let i = 0; i < 3; i++) {
    const u = b[atB + i]! - a[atA + i]!
    const v = points[to + i]! - points[from + i]!
    const w = a[atA + i]! - points[from + i]!
    uu += u * u
    vv += v * v
    uv += u * v
    uw += u * w
    vw += v * w
  }
  const clamp = (x: number) => (x > 0 ? (x < 1 ? x : 1) : 0)
  const skew = uu * vv - uv * uv
  let s = skew > 0 ? clamp((uv * vw - uw * vv) / skew) : 0
  let t = vv > 0 ? (uv * s + vw) / vv : 0
  if (t < 0 || t > 1) {
    t = clamp(t)
    s = uu > 0 ? clamp((uv * t - uw) / uu) : 0
  }
  let square = 0
  for (let i = 0; i < 3; i++) {
    const onFirst = a[atA + i]! + s * (b[atB + i]! - a[atA + i]!)
    const onSecond = points[from + i]! + t * (points[to + i]! - points[from + i]!)
    square += (onFirst - onSecond) ** 2
  }
  return Math.sqrt(square)
}
