import { rotate } from '../../robot/model/pose.ts'
import { createParts, type ObjectPart, shapeParts } from '../scene/object.ts'
import type { TipCapsule } from '../scene/tip.ts'
import type { ObjectPhysics, ObjectPose } from './engine.ts'

const GOLDEN = (Math.sqrt(5) - 1) / 2
const SECTIONS = 12
/** A finger that leans by less than this [rad] touches towards the object's mid-height, as a soft one does. */
const COMPLIANT_LEAN_RAD = 0.05
/** Further from the object than this the place does not matter [m]. */
const NEAR_M = 0.05

/**
 * Where along the tip's capsule it would touch each object. A ball put there stands for the capsule, as far as that
 * object is concerned: Rapier's contact of a ball with a cylinder is exact, while that of a leaning capsule has a
 * normal that jumps by 25° from step to step.
 */
export class TipTouch {
  private readonly lengthM: number
  private readonly tipRadiusM: number
  /** Convex parts of each object. */
  private objects: (readonly ObjectPart[])[] = []
  /** Farther than this from an object's middle the capsule is nowhere near it [m]. */
  private nearM: number[] = []
  /** The object nearest to the capsule in the last search, -1 where it was near none. */
  nearest = -1
  /** End of the capsule's axis and direction back along it, in an object's frame. */
  private readonly end = new Float64Array(3)
  private readonly back = new Float64Array(3)
  private readonly inverse = new Float64Array(4)
  /** Of the last search along one part: place on the axis, and the cost there. */
  private along = 0
  private least = 0

  constructor(capsule: TipCapsule) {
    this.lengthM = 2 * capsule.halfAxisM
    this.tipRadiusM = capsule.radiusM
  }

  reset(objects: readonly ObjectPhysics[]): void {
    this.objects = objects.map(({ shape }) => {
      const parts = createParts(shape.kind)
      shapeParts(shape, parts)
      return parts
    })
    this.nearM = this.objects.map((parts) => extentOf(parts) + this.lengthM + NEAR_M)
  }

  /**
   * Distance of the ball for each object from the tool point, back along the capsule [m], into `out` [numObjects].
   *
   * @param tip,approach - tool point and outward direction, base frame [3]
   * @param poses - of the objects, base frame
   */
  find(
    tip: Float64Array,
    approach: Float64Array,
    poses: readonly ObjectPose[],
    out: Float64Array,
  ): void {
    this.nearest = -1
    let leastOfAll = Number.POSITIVE_INFINITY
    for (let k = 0; k < poses.length; k++) {
      const parts = this.objects[k]!
      out[k] = this.tipRadiusM
      if (!this.enterFrame(tip, approach, poses[k]!, this.nearM[k]!)) continue
      let least = Number.POSITIVE_INFINITY
      for (let p = 0; p < parts.length; p++) {
        this.search(parts[p]!)
        if (this.least >= least) continue
        least = this.least
        out[k] = this.tipRadiusM + this.along
      }
      if (least >= leastOfAll) continue
      leastOfAll = least
      this.nearest = k
    }
  }

  /** Brings the capsule into an object's frame; false when it is far away. */
  private enterFrame(
    tip: Float64Array,
    approach: Float64Array,
    { position, quaternion }: ObjectPose,
    nearM: number,
  ): boolean {
    const { end, back, inverse } = this
    let away2 = 0
    for (let i = 0; i < 3; i++) {
      end[i] = tip[i]! - this.tipRadiusM * approach[i]! - position[i]!
      back[i] = -approach[i]!
      inverse[i] = -quaternion[i]!
      away2 += end[i]! * end[i]!
    }
    if (!(away2 < nearM * nearM)) return false
    inverse[3] = quaternion[3]!
    rotate(inverse, end, end)
    rotate(inverse, back, back)
    return true
  }

  /** Place on the axis that minimises the convex cost of a part, by golden section. */
  private search(part: ObjectPart): void {
    const rise = this.back[2]!
    const level = Math.abs(rise) > 0.1 ? (part.centreM[2]! - this.end[2]!) / rise : 0
    const middle = Math.min(this.lengthM, Math.max(0, level))
    let low = 0
    let high = this.lengthM
    let a = high - GOLDEN * high
    let b = GOLDEN * high
    let costA = this.cost(part, a, middle)
    let costB = this.cost(part, b, middle)
    for (let i = 0; i < SECTIONS; i++) {
      if (costA < costB) {
        high = b
        b = a
        costB = costA
        a = high - GOLDEN * (high - low)
        costA = this.cost(part, a, middle)
      } else {
        low = a
        a = b
        costA = costB
        b = low + GOLDEN * (high - low)
        costB = this.cost(part, b, middle)
      }
    }
    this.along = (low + high) / 2
    this.least = Math.min(costA, costB)
  }

  /** Distance from the part, and a mild preference for its mid-height. */
  private cost(part: ObjectPart, along: number, middle: number): number {
    const { end, back } = this
    const { centreM, halfSizeM } = part
    const x = end[0]! + along * back[0]! - centreM[0]!
    const y = end[1]! + along * back[1]! - centreM[1]!
    const z = end[2]! + along * back[2]! - centreM[2]!
    const above = Math.abs(z) - halfSizeM[2]!
    const outside =
      part.kind === 'cylinder'
        ? Math.sqrt(x * x + y * y) - halfSizeM[0]!
        : outsideOf(Math.abs(x) - halfSizeM[0]!, Math.abs(y) - halfSizeM[1]!)
    const off = along - middle
    return outsideOf(outside, above) + ((COMPLIANT_LEAN_RAD / this.lengthM) * off * off) / 2
  }
}

/** Upper bound of how far parts go from their object's middle [m]. */
function extentOf(parts: readonly ObjectPart[]): number {
  const extents = parts.map(
    ({ centreM, halfSizeM }) =>
      Math.abs(centreM[0]!) +
      Math.abs(centreM[1]!) +
      halfSizeM[0]! +
      Math.max(halfSizeM[1]!, halfSizeM[2]!),
  )
  return Math.max(...extents)
}

/** Distance from the edge of two slabs at right angles, negative inside both. */
function outsideOf(a: number, b: number): number {
  return a > 0 && b > 0 ? Math.sqrt(a * a + b * b) : Math.max(a, b)
}
