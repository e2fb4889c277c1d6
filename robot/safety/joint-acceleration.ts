import type { SafetyRule } from './safety-rule.ts'

/** Speeds that differ by rounding only are not an intervention [rad/s]. */
const ROUNDING = 1e-9

/**
 * Keeps the growth of each joint's command speed below an acceleration [rad/s²]. Slowing down, to rest if
 * need be, is always allowed: a command is never pushed on past its aim, over a limit for instance.
 * @param maxRadPerS2 - [numJoints], [rad/s²]
 */
export function createJointAccelerationRule(maxRadPerS2: ArrayLike<number>): SafetyRule {
  return {
    name: 'jointAcceleration',
    apply(command, { previousCommand, previousVelocity, dtS }) {
      if (dtS <= 0) return 'pass'
      let isLimited = false
      for (let i = 0; i < command.length; i++) {
        const velocity = (command[i]! - previousCommand[i]!) / dtS
        const before = Math.max(0, Math.sign(velocity) * previousVelocity[i]!)
        const most = before + maxRadPerS2[i]! * dtS
        if (Math.abs(velocity) <= most + ROUNDING) continue
        command[i] = previousCommand[i]! + Math.sign(velocity) * most * dtS
        isLimited = true
      }
      return isLimited ? 'limited' : 'pass'
    },
    reset() {},
  }
}
