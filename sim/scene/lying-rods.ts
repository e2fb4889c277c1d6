import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { capsulesFor, type LinkCapsule } from '../../robot/model/link-capsules.ts'
import { placeShapes } from '../../robot/model/place-shapes.ts'

/**
 * What a limp arm lies on besides its tip: rods about the shapes of all links that can come down to the table. Of the
 * link that carries the tool those behind the tip's capsule, which is itself in the place of the others.
 */
export function lyingRods(arm: ArmDescription, model: ArmModel): LinkCapsule[] {
  const { approach, link: toolLink, position, tipLengthM } = model.tool
  return capsulesFor(placeShapes(arm, { joints: model.jointNames })).filter(({ link, ends }) => {
    if (link < 1 || link > toolLink) return false
    if (link < toolLink) return true
    let backM = 0
    for (let k = 0; k < 3; k++) {
      backM += approach[k]! * (position[k]! - (ends[k]! + ends[3 + k]!) / 2)
    }
    return backM > tipLengthM
  })
}
