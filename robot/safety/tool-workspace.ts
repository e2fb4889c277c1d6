import type { ArmModel } from '../model/arm.ts'
import { ArmKinematics } from '../model/kinematics.ts'
import { DrawBack } from './draw-back.ts'
import type { SafetyLimits } from './safety.schema.ts'
import type { SafetyRule } from './safety-rule.ts'

/**
 * Keeps the tool point of the commanded joints inside a box (the table is its floor): a command that
 * leaves it is drawn back towards the previous one. A command that was outside already may only come back.
 * @param indices - where the model's active joints are in the driver's command
 */
export function createToolWorkspaceRule(
  model: ArmModel,
  indices: Int32Array,
  box: SafetyLimits['workspace'],
): SafetyRule {
  const kinematics = new ArmKinematics(model)

  /** How far outside the box the tool would be [m]. */
  const drawBack = new DrawBack(indices, () => {
    kinematics.forward(drawBack.q)
    const [x, y, z] = kinematics.tip as unknown as [number, number, number]
    return Math.max(
      0,
      box.xM[0] - x,
      x - box.xM[1],
      box.yM[0] - y,
      y - box.yM[1],
      box.zM[0] - z,
      z - box.zM[1],
    )
  })

  return {
    name: 'toolWorkspace',
    apply: (command, { previousCommand }) =>
      drawBack.apply(command, previousCommand) ? 'limited' : 'pass',
    reset() {},
  }
}
