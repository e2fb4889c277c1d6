/**
 * Distance of the segment from the point at `a[atA]` to that at `b[atB]` from the one between two places in
 * `points`, all [m]; a point is three numbers. The closest points by clamping (Ericson, "Real-Time Collision
 * Detection", 2005, section 5.1.9).
 */
export function segmentDistance(
  a: ArrayLike<number>,
  atA: number,
  b: ArrayLike<number>,
  atB: number,
  points: ArrayLike<number>,
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
