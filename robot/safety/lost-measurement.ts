import type { SafetyRule } from './safety-rule.ts'

/** Holds when the object sensor is lost, and stops when it stays lost for `endS` more. */
export function createLostSensorRule(lostS: number, endS: number): SafetyRule {
  return {
    name: 'lostSensor',
    apply(command, context) {
      if (context.sensorAgeS <= lostS) return 'pass'
      command.set(context.previousCommand)
      return context.sensorAgeS > lostS + endS ? 'stop' : 'hold'
    },
    reset() {},
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
