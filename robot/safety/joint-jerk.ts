import type { SafetyRule } from './safety-rule.ts'

/** Speeds that differ by rounding only are not an intervention [rad/s]. */
const ROUNDING = 1e-9

/**
 * Keeps the growth of each joint's command acceleration below a jerk. As with the acceleration, slowing
 * down is always allowed.
 * @param maxRadPerS3 - [numJoints], [rad/s³]
 */
export function createJointJerkRule(maxRadPerS3: ArrayLike<number>): SafetyRule {
  return {
    name: 'jointJerk',
    apply(command, { previousCommand, previousVelocity, previousAcceleration, dtS }) {
      if (dtS <= 0) return 'pass'
      let isLimited = false
      for (let i = 0; i < command.length; i++) {
        const velocity = (command[i]! - previousCommand[i]!) / dtS
        const direction = Math.sign(velocity)
        const before = Math.max(0, direction * previousVelocity[i]!)
        const pull = Math.max(0, direction * previousAcceleration[i]!)
        const most = before + (pull + maxRadPerS3[i]! * dtS) * dtS
        if (Math.abs(velocity) <= most + ROUNDING) continue
        command[i] = previousCommand[i]! + direction * most * dtS
        isLimited = true
      }
      return isLimited ? 'limited' : 'pass'
    },
    reset() {},
  }
}
