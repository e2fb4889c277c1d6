import { rotate, transformPoint } from '../model/pose.ts'
import { symmetricEigen } from '../model/symmetric-eigen.ts'

/** A frame in another, and how well pairs of points agree with it. */
export interface FrameFit {
  /** Of the frame's origin [3], [m]. */
  readonly position: Float64Array
  /** x, y, z, w. */
  readonly quaternion: Float64Array
  /** Root mean square of the distances that are left [m]. */
  readonly residualM: number
}

/**
 * The frame in which points `seen` are where they are known to be: the rotation and translation of least squares
 * (Horn 1987), from three points on that are not on a line.
 *
 * @param seen - in the frame that is looked for [m]
 * @param known - the same points in the frame that it stands in [m]
 */
export function fitFrame(
  seen: readonly ArrayLike<number>[],
  known: readonly ArrayLike<number>[],
): FrameFit {
  const [middleSeen, middleKnown] = [meanOf(seen), meanOf(known)]
  const s = new Float64Array(9)
  for (const [k, point] of seen.entries()) {
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        s[3 * i + j]! += (point[i]! - middleSeen[i]!) * (known[k]![j]! - middleKnown[j]!)
      }
    }
  }
  const quaternion = turnOf(s)
  const position = new Float64Array(3)
  rotate(quaternion, middleSeen, position)
  for (let i = 0; i < 3; i++) position[i] = middleKnown[i]! - position[i]!
  let squares = 0
  const placed = new Float64Array(3)
  for (const [k, point] of seen.entries()) {
    transformPoint({ position, quaternion }, point, placed)
    for (let i = 0; i < 3; i++) squares += (placed[i]! - known[k]![i]!) ** 2
  }
  return { position, quaternion, residualM: Math.sqrt(squares / seen.length) }
}

/** The rotation that Horn's symmetric matrix of a correlation [3, 3] has as eigenvector of its greatest eigenvalue. */
function turnOf(s: Float64Array): Float64Array {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = s as unknown as number[] as [
    ...[number, number, number],
    ...[number, number, number],
    ...[number, number, number],
  ]
  const matrix = Float64Array.of(
    ...[xx + yy + zz, yz - zy, zx - xz, xy - yx],
    ...[yz - zy, xx - yy - zz, xy + yx, zx + xz],
    ...[zx - xz, xy + yx, yy - xx - zz, yz + zy],
    ...[xy - yx, zx + xz, yz + zy, zz - xx - yy],
  )
  const vectors = new Float64Array(16)
  symmetricEigen(matrix, vectors, 4)
  let best = 0
  for (let k = 1; k < 4; k++) if (matrix[5 * k]! > matrix[5 * best]!) best = k
  const [w, x, y, z] = [0, 4, 8, 12].map((row) => vectors[row + best]!)
  return Float64Array.of(x!, y!, z!, w!)
}

function meanOf(points: readonly ArrayLike<number>[]): Float64Array {
  const mean = new Float64Array(3)
  for (const point of points) for (let i = 0; i < 3; i++) mean[i]! += point[i]! / points.length
  return mean
}
