import { symmetricEigen } from '../../model/symmetric-eigen.ts'

const SIZE = 9

/** Points of a plane and where an image shows them. */
export interface Correspondences {
  /** x, y one after another [n, 2], [m]. */
  readonly plane: ArrayLike<number>
  /** u, v one after another [n, 2], pixels. */
  readonly image: ArrayLike<number>
}

/**
 * The homography [9], row-major, that takes points of a plane to an image: the least squares of the normalised direct
 * linear transformation (Hartley and Zisserman, Multiple View Geometry, algorithm 4.2). Needs four points or more, no
 * three of them on a line; null for points that do not tell.
 */
export function fitHomography({ plane, image }: Correspondences): Float64Array | null {
  const numPoints = plane.length / 2
  if (numPoints < 4 || image.length !== plane.length) return null
  const from = normalisation(plane)
  const to = normalisation(image)
  const normal = new Float64Array(SIZE * SIZE)
  for (let k = 0; k < numPoints; k++) {
    const x = from.scale * (plane[2 * k]! - from.x)
    const y = from.scale * (plane[2 * k + 1]! - from.y)
    const u = to.scale * (image[2 * k]! - to.x)
    const v = to.scale * (image[2 * k + 1]! - to.y)
    addRow(normal, [-x, -y, -1, 0, 0, 0, u * x, u * y, u])
    addRow(normal, [0, 0, 0, -x, -y, -1, v * x, v * y, v])
  }
  const vectors = new Float64Array(SIZE * SIZE)
  symmetricEigen(normal, vectors, SIZE)
  const order = Array.from({ length: SIZE }, (_, k) => k).sort(
    (a, b) => normal[a * SIZE + a]! - normal[b * SIZE + b]!,
  )
  // Two ways to map nearly as well: the points lie on a line.
  const [least, second] = order.map((k) => normal[k * SIZE + k]!)
  if (!(second! > 1e-9 * numPoints) || !Number.isFinite(least!)) return null
  const h = Float64Array.from({ length: SIZE }, (_, k) => vectors[k * SIZE + order[0]!]!)
  return denormalised(h, from, to)
}

interface Normalisation {
  readonly x: number
  readonly y: number
  readonly scale: number
}

/** Moves points to about their middle, and scales them to a mean distance of √2 from it. */
function normalisation(points: ArrayLike<number>): Normalisation {
  const numPoints = points.length / 2
  let [x, y, distance] = [0, 0, 0]
  for (let k = 0; k < numPoints; k++) {
    x += points[2 * k]! / numPoints
    y += points[2 * k + 1]! / numPoints
  }
  for (let k = 0; k < numPoints; k++) {
    distance += Math.hypot(points[2 * k]! - x, points[2 * k + 1]! - y) / numPoints
  }
  return { x, y, scale: Math.SQRT2 / distance }
}

function addRow(normal: Float64Array, row: readonly number[]): void {
  for (let i = 0; i < SIZE; i++) {
    for (let j = 0; j < SIZE; j++) normal[i * SIZE + j] = normal[i * SIZE + j]! + row[i]! * row[j]!
  }
}

/** T_to⁻¹ H T_from. */
function denormalised(h: Float64Array, from: Normalisation, to: Normalisation): Float64Array {
  const out = new Float64Array(SIZE)
  for (let row = 0; row < 3; row++) {
    const [a, b, c] = [h[3 * row]!, h[3 * row + 1]!, h[3 * row + 2]!]
    out[3 * row] = from.scale * a
    out[3 * row + 1] = from.scale * b
    out[3 * row + 2] = c - from.scale * (a * from.x + b * from.y)
  }
  for (let k = 0; k < 3; k++) {
    out[k] = out[k]! / to.scale + to.x * out[6 + k]!
    out[3 + k] = out[3 + k]! / to.scale + to.y * out[6 + k]!
  }
  return out
}
