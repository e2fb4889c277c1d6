import type { SafetyContext } from '../../../robot/safety/safety-rule.ts'

/** An arm of healthy, resting servos at zero. */
export function safetyContext(
  numJoints: number,
  changes: Partial<SafetyContext> = {},
): SafetyContext {
  const zeros = () => new Float64Array(numJoints)
  return {
    timeS: 0,
    dtS: 0.01,
    measuredQ: zeros(),
    measuredVelocity: zeros(),
    load: zeros(),
    temperatureC: zeros().fill(30),
    voltageV: zeros().fill(7.4),
    previousCommand: zeros(),
    previousVelocity: zeros(),
    previousAcceleration: zeros(),
    sensorAgeS: 0,
    jointAgeS: 0,
    ...changes,
  }
}
