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

  const drawBack = new DrawBack(indices, 3, (outsideM) => {
    kinematics.forward(drawBack.q)
    const { tip } = kinematics
    outsideM[0] = outside(tip[0]!, box.xM)
    outsideM[1] = outside(tip[1]!, box.yM)
    outsideM[2] = outside(tip[2]!, box.zM)
  })

  return {
    name: 'toolWorkspace',
    apply: (command, { previousCommand }) =>
      drawBack.apply(command, previousCommand) ? 'limited' : 'pass',
    reset() {},
  }
}

/** How far a value is outside a range; 0 inside. */
function outside(value: number, [low, high]: readonly [number, number]): number {
  return Math.max(0, low - value, value - high)
}
