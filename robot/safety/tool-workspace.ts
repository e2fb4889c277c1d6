import type { ArmModel } from '../model/arm.ts'
import { ArmKinematics } from '../model/kinematics.ts'
import type { SafetyLimits } from './safety.schema.ts'
import type { SafetyRule } from './safety-rule.ts'

const BISECTIONS = 6

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
  const q = new Float64Array(model.numJoints)
  const wanted = new Float64Array(model.numJoints)

  /** How far outside the box the tool would be [m]. */
  const excess = (): number => {
    kinematics.forward(q)
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
  }
  const blend = (previous: Float64Array, share: number): void => {
    for (let i = 0; i < q.length; i++) {
      const from = previous[indices[i]!]!
      q[i] = from + (wanted[i]! - from) * share
    }
  }

  return {
    name: 'toolWorkspace',
    apply(command, { previousCommand }) {
      for (let i = 0; i < wanted.length; i++) wanted[i] = command[indices[i]!]!
      blend(previousCommand, 1)
      const after = excess()
      if (after === 0) return 'pass'
      blend(previousCommand, 0)
      const before = excess()
      if (after < before) return 'pass'
      let low = 0
      let high = 1
      for (let k = 0; k < BISECTIONS; k++) {
        const middle = (low + high) / 2
        blend(previousCommand, middle)
        if (excess() <= before) low = middle
        else high = middle
      }
      blend(previousCommand, low)
      for (let i = 0; i < q.length; i++) command[indices[i]!] = q[i]!
      return 'limited'
    },
    reset() {},
  }
}
