import type { SafetyRule } from './safety-rule.ts'

/**
 * Keeps each joint's command inside its limits. One that is outside already, where the arm was found, may stay or come
 * back, not go farther: no rule moves a joint that nobody asked to move.
 * @param lower,upper - [numJoints], [rad]
 */
export function createJointLimitsRule(
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
): SafetyRule {
  return {
    name: 'jointLimits',
    apply(command, { previousCommand }) {
      let isLimited = false
      for (let i = 0; i < command.length; i++) {
        const low = Math.min(lower[i]!, previousCommand[i]!)
        const high = Math.max(upper[i]!, previousCommand[i]!)
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
