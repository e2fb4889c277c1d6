import { rotate } from '../../robot/model/pose.ts'
import { CYLINDER_OFFSET_M, cylinderHalfHeight, type Puck } from '../scene/puck.ts'
import type { TipCapsule } from '../scene/tip.ts'

const GOLDEN = (Math.sqrt(5) - 1) / 2
const SECTIONS = 12
/** A finger that leans by less than this [rad] touches towards the puck's mid-height, as a soft one does. */
const COMPLIANT_LEAN_RAD = 0.05
/** Further from the puck than this the place does not matter [m]. */
const NEAR_M = 0.05

/**
 * Where along the tip's capsule it would touch the puck. A ball put there stands for the capsule: Rapier's
 * contact of a ball with a cylinder is exact, while that of a leaning capsule has a normal that jumps by
 * 25° from step to step.
 */
export class TipTouch {
  private readonly lengthM: number
  private readonly tipRadiusM: number
  private radiusM = 0
  private halfHeightM = 0
  /** End of the capsule's axis and direction back along it, in the puck's frame. */
  private readonly end = new Float64Array(3)
  private readonly back = new Float64Array(3)
  private readonly inverse = new Float64Array(4)

  constructor(capsule: TipCapsule) {
    this.lengthM = 2 * capsule.halfAxisM
    this.tipRadiusM = capsule.radiusM
  }

  reset(puck: Puck): void {
    this.radiusM = puck.radiusM
    this.halfHeightM = cylinderHalfHeight(puck)
  }

  /**
   * Distance of the ball's centre from the tool point, back along the capsule [m].
   *
   * @param tip,approach - tool point and outward direction, base frame [3]
   * @param position,quaternion - pose of the puck in the base frame
   */
  find(
    tip: Float64Array,
    approach: Float64Array,
    position: Float64Array,
    quaternion: Float64Array,
  ): number {
    const { end, back, inverse } = this
    let away2 = 0
    for (let i = 0; i < 3; i++) {
      end[i] = tip[i]! - this.tipRadiusM * approach[i]! - position[i]!
      back[i] = -approach[i]!
      inverse[i] = -quaternion[i]!
      away2 += end[i]! * end[i]!
    }
    const near = this.radiusM + this.halfHeightM + this.lengthM + NEAR_M
    if (!(away2 < near * near)) return this.tipRadiusM
    inverse[3] = quaternion[3]!
    rotate(inverse, end, end)
    rotate(inverse, back, back)
    end[2] = end[2]! - CYLINDER_OFFSET_M
    return this.tipRadiusM + this.nearest()
  }

  /** Place on the axis that minimises the convex cost, by golden section. */
  private nearest(): number {
    const rise = this.back[2]!
    const level = Math.abs(rise) > 0.1 ? -this.end[2]! / rise : 0
    const middle = Math.min(this.lengthM, Math.max(0, level))
    let low = 0
    let high = this.lengthM
    let a = high - GOLDEN * high
    let b = GOLDEN * high
    let costA = this.cost(a, middle)
    let costB = this.cost(b, middle)
    for (let i = 0; i < SECTIONS; i++) {
      if (costA < costB) {
        high = b
        b = a
        costB = costA
        a = high - GOLDEN * (high - low)
        costA = this.cost(a, middle)
      } else {
        low = a
        a = b
        costA = costB
        b = low + GOLDEN * (high - low)
        costB = this.cost(b, middle)
      }
    }
    return (low + high) / 2
  }

  /** Distance from the cylinder, and a mild preference for its mid-height. */
  private cost(along: number, middle: number): number {
    const { end, back } = this
    const x = end[0]! + along * back[0]!
    const y = end[1]! + along * back[1]!
    const z = end[2]! + along * back[2]!
    const outside = Math.sqrt(x * x + y * y) - this.radiusM
    const above = Math.abs(z) - this.halfHeightM
    const gap =
      above > 0 && outside > 0
        ? Math.sqrt(outside * outside + above * above)
        : Math.max(outside, above)
    const off = along - middle
    return gap + ((COMPLIANT_LEAN_RAD / this.lengthM) * off * off) / 2
  }
}
