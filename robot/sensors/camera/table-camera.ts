import { type Correspondences, fitHomography } from './homography.ts'

/** A camera over a plane: pinhole, square pixels, its axis through the middle of the image, no distortion. */
export interface TableCamera {
  readonly focalPx: number
  /** Middle of the image. */
  readonly centrePx: readonly [number, number]
  /** Rows: right, down and forward of the camera in the plane's frame [9]. */
  readonly rotation: Float64Array
  /** Where the camera is in the plane's frame, z up from it [3], [m]. */
  readonly eye: Float64Array
}

/** Of the squares of the shortening: about 10 degrees off the vertical. */
const LEAST_SLANT = 2e-4

/**
 * The focal length from views of a plane at a slant: rows of a rotation are as long as each other and at right angles
 * (Zhang 2000, equations 3 and 4). Null from straight above, where every focal length fits.
 */
export function focalLength(
  views: readonly Correspondences[],
  centrePx: readonly [number, number],
): number | null {
  let [product, square] = [0, 0]
  for (const view of views) {
    const h = fitHomography(centred(view, centrePx))
    if (h === null) continue
    const norm = Math.hypot(h[0]!, h[3]!, h[1]!, h[4]!)
    const [a1, b1, c1] = [h[0]! / norm, h[3]! / norm, h[6]! / norm]
    const [a2, b2, c2] = [h[1]! / norm, h[4]! / norm, h[7]! / norm]
    // (a1 a2 + b1 b2) / f² + c1 c2 = 0, and the same of the differences of the squares.
    const rows = [
      [a1 * a2 + b1 * b2, c1 * c2],
      [a1 ** 2 + b1 ** 2 - a2 ** 2 - b2 ** 2, c1 ** 2 - c2 ** 2],
    ] as const
    for (const [p, q] of rows) {
      product += p * q
      square += p * p
    }
  }
  // Least squares of p / f² + q = 0.
  if (square < LEAST_SLANT * views.length || product >= 0) return null
  return Math.sqrt(-square / product)
}

/** Where a camera of known focal length stands; null when the points do not tell. */
export function placeCamera(
  view: Correspondences,
  centrePx: readonly [number, number],
  focalPx: number,
): TableCamera | null {
  const h = fitHomography(centred(view, centrePx))
  if (h === null) return null
  // Columns of the plane's axes and origin in the camera: K⁻¹ H, up to a factor.
  const column = (k: number) => [h[k]! / focalPx, h[3 + k]! / focalPx, h[6 + k]!] as const
  const [x, y, t] = [column(0), column(1), column(2)]
  const length = (Math.hypot(...x) + Math.hypot(...y)) / 2
  // In front of the camera.
  const factor = (t[2] < 0 ? -1 : 1) / length
  const axes = orthonormal(
    x.map((value) => factor * value),
    y.map((value) => factor * value),
  )
  const [ax, ay] = axes
  const az = cross(ax, ay)
  const rotation = new Float64Array(9)
  for (let row = 0; row < 3; row++) rotation.set([ax[row]!, ay[row]!, az[row]!], 3 * row)
  const origin = t.map((value) => factor * value)
  const eye = Float64Array.from([ax, ay, az], (axis) => -dot(axis, origin))
  return { focalPx, centrePx, rotation, eye }
}

/** Where the ray of a pixel meets the plane at `heightM`: x, y [2], [m]; null when it does not. */
export function meetPlane(
  { centrePx, eye, focalPx, rotation }: TableCamera,
  pixel: readonly [number, number],
  heightM: number,
): [number, number] | null {
  const ray = [(pixel[0] - centrePx[0]) / focalPx, (pixel[1] - centrePx[1]) / focalPx, 1]
  const along = (axis: number) =>
    rotation[axis]! * ray[0]! + rotation[3 + axis]! * ray[1]! + rotation[6 + axis]! * ray[2]!
  const way = (heightM - eye[2]!) / along(2)
  if (!(way > 0) || !Number.isFinite(way)) return null
  return [eye[0]! + way * along(0), eye[1]! + way * along(1)]
}

function centred({ plane, image }: Correspondences, centrePx: readonly [number, number]) {
  return { plane, image: Array.from(image, (value, k) => value - centrePx[k % 2]!) }
}

/** The two right-angled unit vectors nearest to two that are nearly so. */
function orthonormal(a: readonly number[], b: readonly number[]): [number[], number[]] {
  const sum = unit(unit(a).map((value, k) => value + unit(b)[k]!))
  const difference = unit(unit(a).map((value, k) => value - unit(b)[k]!))
  return [
    sum.map((value, k) => (value + difference[k]!) * Math.SQRT1_2),
    sum.map((value, k) => (value - difference[k]!) * Math.SQRT1_2),
  ]
}

function unit(a: readonly number[]): number[] {
  const length = Math.hypot(...a)
  return a.map((value) => value / length)
}

function cross(a: readonly number[], b: readonly number[]): number[] {
  return [0, 1, 2].map((k) => {
    const [i, j] = [(k + 1) % 3, (k + 2) % 3]
    return a[i]! * b[j]! - a[j]! * b[i]!
  })
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0)
}
