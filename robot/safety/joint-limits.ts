import type { SafetyRule } from './safety-rule.ts'

/**
 * Keeps each joint's command inside its limits, less a margin.
 * @param lower,upper - [numJoints], [rad]
 */
export function createJointLimitsRule(
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
  marginRad: number,
): SafetyRule {
  return {
    name: 'jointLimits',
    apply(command) {
      let isLimited = false
      for (let i = 0; i < command.length; i++) {
        const low = lower[i]! + marginRad
        const high = upper[i]! - marginRad
        if (command[i]! < low) command[i] = low
        else if (command[i]! > high) command[i] = high
        else continue
        isLimited = true
      }
      return isLimited ? 'limited' : 'pass'
    },
    reset() {},
  }
}
