import type { SafetyRule } from './safety-rule.ts'

/**
 * Keeps each joint's command inside its limits.
 * @param lower,upper - [numJoints], [rad]
 */
export function createJointLimitsRule(
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
): SafetyRule {
  return {
    name: 'jointLimits',
    apply(command) {
      let isLimited = false
      for (let i = 0; i < command.length; i++) {
        if (command[i]! < lower[i]!) command[i] = lower[i]!
        else if (command[i]! > upper[i]!) command[i] = upper[i]!
        else continue
        isLimited = true
      }
      return isLimited ? 'limited' : 'pass'
    },
    reset() {},
  }
}
