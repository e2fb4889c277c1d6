import type { SafetyRule } from './safety-rule.ts'

/** Speeds that differ by rounding only are not an intervention [rad/s]. */
const ROUNDING = 1e-9

/**
 * Keeps the rate of change of each joint's command below a speed.
 * @param maxRadPerS - [numJoints], [rad/s]
 */
export function createJointSpeedRule(maxRadPerS: ArrayLike<number>): SafetyRule {
  return {
    name: 'jointSpeed',
    apply(command, { previousCommand, dtS }) {
      let isLimited = false
      for (let i = 0; i < command.length; i++) {
        const most = maxRadPerS[i]! * dtS
        const change = command[i]! - previousCommand[i]!
        if (Math.abs(change) <= most + ROUNDING) continue
        command[i] = previousCommand[i]! + Math.sign(change) * most
        isLimited = true
      }
      return isLimited ? 'limited' : 'pass'
    },
    reset() {},
  }
}
