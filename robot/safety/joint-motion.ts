import type { SafetyRule } from './safety-rule.ts'

/** Speeds that differ by rounding only are not an intervention [rad/s]. */
const ROUNDING = 1e-9

/** Keeps the rate of change of each joint's command below a speed [rad/s]. */
export function createJointSpeedRule(maxRadPerS: number): SafetyRule {
  return {
    name: 'jointSpeed',
    apply(command, { previousCommand, dtS }) {
      let isLimited = false
      const most = maxRadPerS * dtS
      for (let i = 0; i < command.length; i++) {
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

/** Keeps the change of each joint's command velocity below an acceleration [rad/s²]. */
export function createJointAccelerationRule(maxRadPerS2: number): SafetyRule {
  return {
    name: 'jointAcceleration',
    apply(command, { previousCommand, previousVelocity, dtS }) {
      if (dtS <= 0) return 'pass'
      let isLimited = false
      const most = maxRadPerS2 * dtS
      for (let i = 0; i < command.length; i++) {
        const velocity = (command[i]! - previousCommand[i]!) / dtS
        const change = velocity - previousVelocity[i]!
        if (Math.abs(change) <= most + ROUNDING) continue
        // Slowing down is always allowed: a command on its way to rest is not pushed on past its aim.
        const isSlower =
          Math.abs(velocity) < Math.abs(previousVelocity[i]!) &&
          velocity * previousVelocity[i]! >= 0
        if (isSlower) continue
        command[i] = previousCommand[i]! + (previousVelocity[i]! + Math.sign(change) * most) * dtS
        isLimited = true
      }
      return isLimited ? 'limited' : 'pass'
    },
    reset() {},
  }
}
