import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { placeShapes } from '../../../robot/model/place-shapes.ts'
import { transformPoint } from '../../../robot/model/pose.ts'
import { model, so101 } from '../../sim/push-setup.ts'

const kinematics = new ArmKinematics(model)
/** Corners of the boxes of the links between base and tool, in their link's frame. */
const corners = placeShapes(so101).flatMap(({ link, position, quaternion, shape }) => {
  if (link < 1 || link >= model.tool.link || shape.kind !== 'box') return []
  return Array.from({ length: 8 }, (_, k) => {
    const own = Float64Array.from(shape.halfSizeM, (half, i) => ((k >> i) & 1 ? half : -half))
    const inLink = new Float64Array(3)
    transformPoint({ position, quaternion }, own, inLink)
    return { link, inLink }
  })
})

/** Height of the lowest corner of the boxes of the links before the tool's, base frame [m]. */
export function lowestCornerM(q: Float64Array): number {
  kinematics.forward(q.subarray(0, model.numJoints))
  const corner = new Float64Array(3)
  let lowest = Number.POSITIVE_INFINITY
  for (const { link, inLink } of corners) {
    const frame = {
      position: kinematics.linkPosition.subarray(3 * link, 3 * link + 3),
      quaternion: kinematics.linkQuaternion.subarray(4 * link, 4 * link + 4),
    }
    transformPoint(frame, inLink, corner)
    lowest = Math.min(lowest, corner[2]!)
  }
  return lowest
}
