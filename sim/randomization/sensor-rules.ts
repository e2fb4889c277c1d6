import type { SensorDescription } from '../../robot/sensors/sensor.schema.ts'
import type { Rules } from './randomization.schema.ts'

type Bounds = [number, number]

/** The sensor that a description tells of, as what may be drawn in training. */
export function sensorRules(sensor: SensorDescription): Rules {
  const set = ([low, high]: Bounds) => ({ set: { uniform: [low, high] as Bounds } })
  const offset = ([low, high]: Bounds) => ({ offset: { uniform: [low, high] as Bounds } })
  return {
    objectRateHz: set(sensor.rateHz),
    objectDelayS: set(sensor.delayS),
    objectDelayJitter: set(sensor.delayJitter),
    objectNoiseM: set(sensor.noiseM),
    objectBiasXM: offset(sensor.biasM),
    objectBiasYM: offset(sensor.biasM),
    objectBiasZM: offset(sensor.biasM),
    objectNoiseYawRad: set(sensor.noiseYawRad),
    objectBiasYawRad: offset(sensor.biasYawRad),
    objectDropsPerS: set(sensor.dropsPerS),
    occlusionRadiusM: set(sensor.occlusionRadiusM),
  }
}
