/** Farther than this an object is simply lost, fallen off the table [m]. */
export const LOST_M = 0.6

/** Distance of two places [3], at most `LOST_M` [m]. */
export function distanceOf(a: Float64Array, b: Float64Array): number {
  const x = a[0]! - b[0]!
  const y = a[1]! - b[1]!
  const z = a[2]! - b[2]!
  return Math.min(LOST_M, Math.sqrt(x * x + y * y + z * z))
}

/** Difference of two yaws that look the same `symmetry` times a turn, in ± π / symmetry [rad]. */
export function yawDifference(a: number, b: number, symmetry: number): number {
  const period = (2 * Math.PI) / symmetry
  const difference = (a - b) % period
  if (difference > period / 2) return difference - period
  return difference < -period / 2 ? difference + period : difference
}

/** Moves the first `size` numbers of a goal towards a place, to `share` of the way. */
export function bringNearer(
  goal: Float64Array,
  place: Float64Array,
  share: number,
  size: number,
): void {
  for (let i = 0; i < size; i++) goal[i] = place[i]! + share * (goal[i]! - place[i]!)
}

/** Sum of squares. */
export function effortOf(action: Float64Array): number {
  let sum = 0
  for (let i = 0; i < action.length; i++) sum += action[i]! * action[i]!
  return sum
}
