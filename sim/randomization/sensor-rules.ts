import type { SensorDescription } from '../../robot/sensors/sensor.schema.ts'
import type { ParameterName } from './parameters.ts'
import type { Rules } from './randomization.schema.ts'

type Bounds = [number, number]

/** The sensor that a description tells of, as what may be drawn in training. What it leaves out is left out. */
export function sensorRules(sensor: SensorDescription): Rules {
  const set = (bounds: Bounds) => ({ set: { uniform: bounds } })
  const offset = (bounds: Bounds) => ({ offset: { uniform: bounds } })
  const rules: Rules = {}
  const add = (
    names: readonly ParameterName[],
    bounds: Bounds | undefined,
    rule: typeof set | typeof offset,
  ) => {
    if (bounds !== undefined) for (const name of names) rules[name] = rule(bounds)
  }
  add(['jointDelayS'], sensor.jointDelayS, set)
  add(['objectRateHz'], sensor.rateHz, set)
  add(['objectDelayS'], sensor.delayS, set)
  add(['objectDelayJitter'], sensor.delayJitter, set)
  add(['objectNoiseM'], sensor.noiseM, set)
  add(['objectBiasXM', 'objectBiasYM', 'objectBiasZM'], sensor.biasM, offset)
  add(['objectNoiseYawRad'], sensor.noiseYawRad, set)
  add(['objectBiasYawRad'], sensor.biasYawRad, offset)
  add(['objectDropsPerS'], sensor.dropsPerS, set)
  add(['occlusionRadiusM'], sensor.occlusionRadiusM, set)
  return rules
}
