import type { SafetyRule } from './safety-rule.ts'

/**
 * Holds when the object sensor is lost (older than `lostS`), and stops when it stays lost for `endS`,
 * whether it fell silent or lags.
 */
export function createLostSensorRule(lostS: number, endS: number): SafetyRule {
  let lostSinceS = Number.NaN
  return {
    name: 'lostSensor',
    apply(command, { timeS, sensorAgeS, previousCommand }) {
      if (sensorAgeS <= lostS) {
        lostSinceS = Number.NaN
        return 'pass'
      }
      if (Number.isNaN(lostSinceS)) lostSinceS = timeS
      command.set(previousCommand)
      return timeS - lostSinceS >= endS || sensorAgeS > lostS + endS ? 'stop' : 'hold'
    },
    reset() {
      lostSinceS = Number.NaN
    },
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
