import type { ArmModel } from '../model/arm.ts'
import { choleskySolve } from '../model/cholesky.ts'
import { ArmKinematics } from '../model/kinematics.ts'
import type { SheetPlacement } from './table-sheet.schema.ts'

/** How far a hand holds the tip from a printed point [m]. */
const TOUCH_SIGMA_M = 0.001
/** What is known of a joint's zero before: a pose held by hand is off by a few degrees [rad]. */
export const ZERO_SIGMA_RAD = 0.06
/** Of the table's height under the sheet [m]. */
const HEIGHT_SIGMA_M = 0.002
const ITERATIONS = 12
const STEP = 1e-6

/** The tip on a point of the sheet. */
export interface Touch {
  /** Joints as the calibration so far reads them, in the model's order [numJoints], [rad]. */
  readonly q: ArrayLike<number>
  /** The point in the sheet's frame [m]. */
  readonly xM: number
  readonly yM: number
}

export interface TouchFit {
  /** What is to be added to the joint angles that were read [numJoints], [rad]. */
  readonly zeroRad: Float64Array
  /** Standard deviation of that [numJoints], [rad]; as before the touches for a joint that they tell nothing of. */
  readonly sigmaRad: Float64Array
  /** Where the sheet lies: its origin in the base frame, and its turn about z. */
  readonly sheet: {
    readonly xM: number
    readonly yM: number
    readonly zM: number
    readonly yawRad: number
  }
  /** Distance of tip and point that is left, by touch [m], and its root mean square. */
  readonly distanceM: readonly number[]
  readonly residualM: number
}

/**
 * The most likely joint zeros and sheet place, given touches and what was known of both: Gauss-Newton on the squares
 * of tip minus point, of the zeros, and of sheet minus placement, each over its standard deviation. A turn of the
 * sheet and one of the first joint look the same; they share it by how little was known of either.
 */
export function fitTouches(
  model: ArmModel,
  touches: readonly Touch[],
  placement: Omit<SheetPlacement, 'arm'>,
): TouchFit {
  const n = model.numJoints
  const { uncertaintyM, uncertaintyRad } = placement
  const sheetSigma = [uncertaintyM, uncertaintyM, HEIGHT_SIGMA_M, uncertaintyRad]
  const sigma = [...new Array<number>(n).fill(ZERO_SIGMA_RAD), ...sheetSigma]
  const prior = Float64Array.from([
    ...new Array<number>(n).fill(0),
    placement.xM,
    placement.yM,
    0,
    0,
  ])
  const numTerms = prior.length
  const kinematics = new ArmKinematics(model)
  const q = new Float64Array(n)

  /** Tip minus point of every touch [3 * numTouches], [m]. */
  const misses = (x: Float64Array): Float64Array => {
    const out = new Float64Array(3 * touches.length)
    const [sx, sy, sz, yaw] = x.subarray(n) as unknown as [number, number, number, number]
    const [cosine, sine] = [Math.cos(yaw), Math.sin(yaw)]
    for (const [k, touch] of touches.entries()) {
      for (let i = 0; i < n; i++) q[i] = touch.q[i]! + x[i]!
      kinematics.forward(q)
      const { tip } = kinematics
      out[3 * k] = tip[0]! - (sx + cosine * touch.xM - sine * touch.yM)
      out[3 * k + 1] = tip[1]! - (sy + sine * touch.xM + cosine * touch.yM)
      out[3 * k + 2] = tip[2]! - sz
    }
    return out
  }

  const x = prior.slice()
  let normal = new Float64Array()
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const at = misses(x)
    const slopes = Array.from({ length: numTerms }, (_, i) => {
      const moved = x.slice()
      moved[i]! += STEP
      return misses(moved).map((value, row) => (value - at[row]!) / STEP)
    })
    const step = new Float64Array(numTerms)
    normal = new Float64Array(numTerms * numTerms)
    for (let i = 0; i < numTerms; i++) {
      step[i] = (prior[i]! - x[i]!) / sigma[i]! ** 2 - dot(slopes[i]!, at) / TOUCH_SIGMA_M ** 2
      for (let j = 0; j < numTerms; j++) {
        normal[i * numTerms + j] = dot(slopes[i]!, slopes[j]!) / TOUCH_SIGMA_M ** 2
      }
      normal[i * numTerms + i]! += 1 / sigma[i]! ** 2
    }
    choleskySolve(normal, new Float64Array(normal.length), step, numTerms)
    for (let i = 0; i < numTerms; i++) x[i]! += step[i]!
  }
  const left = misses(x)
  const distanceM = touches.map((_, k) => Math.hypot(...left.subarray(3 * k, 3 * k + 3)))
  const [xM, yM, zM, yawRad] = x.subarray(n) as unknown as [number, number, number, number]
  return {
    zeroRad: x.slice(0, n),
    sigmaRad: deviations(normal, numTerms).subarray(0, n),
    sheet: { xM, yM, zM, yawRad },
    distanceM,
    residualM: Math.sqrt(dot(left, left) / touches.length),
  }
}

/** Square roots of the diagonal of a normal matrix's inverse. */
function deviations(normal: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(normal.length)
  return Float64Array.from({ length: n }, (_, i) => {
    const column = new Float64Array(n)
    column[i] = 1
    choleskySolve(normal, factor, column, n)
    return Math.sqrt(column[i]!)
  })
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
