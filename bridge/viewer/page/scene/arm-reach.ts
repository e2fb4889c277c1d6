import type { ArmDescription } from '../../../../robot/model/arm.schema.ts'
import { compileArm } from '../../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../../robot/model/kinematics.ts'

/** Of a tall arm's height counts as reach, so that all of it is seen. */
const HEIGHT_SHARE = 0.95

/** The scale of the scene: how far the tool is from the base at rest, more for a tall arm [m]. */
export function armReach(arm: ArmDescription): number {
  const model = compileArm(arm)
  const kinematics = new ArmKinematics(model)
  kinematics.forward(model.restPose)
  const { linkPosition, tip } = kinematics
  const heightM = Math.max(...linkPosition.filter((_each, i) => i % 3 === 2))
  return Math.max(Math.hypot(tip[0]!, tip[1]!), HEIGHT_SHARE * heightM)
}
