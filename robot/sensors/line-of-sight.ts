import { segmentDistance } from '../model/segment-distance.ts'

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
