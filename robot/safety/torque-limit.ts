import type { SafetyRule } from './safety-rule.ts'

/**
 * Keeps the torque that a servo is asked for below its limit: a servo pulls like a spring towards its command, so
 * the command stays as near to the measured joint as stretches that spring to the limit. What is in the way of a
 * joint, or holds it back, does not wind it up any further.
 *
 * @param maxStretchRad - torque limit / stiffness [numJoints], [rad]; Infinity for joints without one
 */
export function createTorqueLimitRule(maxStretchRad: ArrayLike<number>): SafetyRule {
  return {
    name: 'torqueLimit',
    apply(command, { measuredQ }) {
      let isLimited = false
      for (let i = 0; i < command.length; i++) {
        const stretch = command[i]! - measuredQ[i]!
        if (!(Math.abs(stretch) > maxStretchRad[i]!)) continue
        command[i] = measuredQ[i]! + Math.sign(stretch) * maxStretchRad[i]!
        isLimited = true
      }
      return isLimited ? 'limited' : 'pass'
    },
    reset() {},
  }
}
