import { Lasting } from './lasting.ts'
import type { SafetyRule } from './safety-rule.ts'

/**
 * Holds when the object sensor is lost (older than `lostS`), and stops when it stays lost for `endS`,
 * whether it fell silent or lags.
 */
export function createLostSensorRule(lostS: number, endS: number): SafetyRule {
  const lost = new Lasting()
  return {
    name: 'lostSensor',
    apply(command, { timeS, sensorAgeS, previousCommand }) {
      const isLost = !(sensorAgeS <= lostS)
      const lostForS = lost.update(isLost, timeS)
      if (!isLost) return 'pass'
      command.set(previousCommand)
      return lostForS >= endS || sensorAgeS > lostS + endS ? 'stop' : 'hold'
    },
    reset: () => lost.reset(),
  }
}

/** Stops when joint readings are too old to act on. */
export function createLostJointsRule(lostS: number): SafetyRule {
  return {
    name: 'lostJoints',
    apply(command, context) {
      if (context.jointAgeS <= lostS) return 'pass'
      command.set(context.previousCommand)
      return 'stop'
    },
    reset() {},
  }
}
