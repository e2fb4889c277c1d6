import type { ArmModel } from '../model/arm.ts'
import { isCovered } from './line-of-sight.ts'

/** Where the arm is at present, base frame [m]. */
export interface ArmPlace {
  /** Origin of each joint's link [numJoints, 3]. */
  readonly linkPosition: Float64Array
  /** Tool point [3]. */
  readonly tip: Float64Array
}

/**
 * Whether an arm hides an object from a camera. Seen from a camera's place, by any of its links between base
 * and tool point; from straight above, without a place, by its tip alone.
 */
export class Occlusion {
  private readonly chain: readonly number[]
  private readonly points: Float64Array
  private readonly cameraM: ArrayLike<number> | undefined

  /** @param cameraM - place of the camera, base frame [3] */
  constructor(model: Pick<ArmModel, 'parent' | 'tool'>, cameraM: ArrayLike<number> | undefined) {
    const chain: number[] = []
    for (let link = model.tool.link; link >= 0; link = model.parent[link]!) chain.unshift(link)
    this.chain = chain
    this.points = new Float64Array(3 * (chain.length + 1))
    this.cameraM = cameraM
  }

  /**
   * @param position - of the object [3]
   * @param radiusM - half the thickness of links or tip
   */
  hides({ linkPosition, tip }: ArmPlace, position: Float64Array, radiusM: number): boolean {
    const { cameraM, chain, points } = this
    if (cameraM === undefined) {
      return Math.hypot(tip[0]! - position[0]!, tip[1]! - position[1]!) < radiusM
    }
    if (radiusM === 0) return false
    for (let k = 0; k < chain.length; k++) {
      const link = 3 * chain[k]!
      for (let axis = 0; axis < 3; axis++) points[3 * k + axis] = linkPosition[link + axis]!
    }
    points.set(tip, 3 * chain.length)
    return isCovered(cameraM, position, { points, numPoints: chain.length + 1, radiusM })
  }
}
