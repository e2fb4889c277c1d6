import { CodedError } from '../../configs/load/coded-error.ts'
import { loadConfig } from '../../configs/load/load.node.ts'
import { loadSensor } from '../../robot/sensors/load-sensor.node.ts'
import { mergeRandomizations } from './merge-randomizations.ts'
import { type Randomization, randomizationSchema } from './randomization.schema.ts'
import { sensorRules } from './sensor-rules.ts'

const MOST_BASES = 8

/**
 * The randomization `configs/randomization/<name>.yaml`, or of a file, with the rules of its bases and its sensor.
 * Throws CONFIG_INVALID when bases go round in circles, and for a sensor that no arm would have.
 */
export function loadRandomization(nameOrPath: string): Randomization {
  let merged = loadConfig('randomization', nameOrPath, randomizationSchema)
  for (let depth = 0; merged.base !== undefined; depth++) {
    if (depth === MOST_BASES) {
      throw new CodedError('CONFIG_INVALID', `randomization ${nameOrPath} has no last base`, {
        hint: `does ${merged.base} name itself as its base, by way of others?`,
      })
    }
    const base = loadConfig('randomization', merged.base, randomizationSchema)
    merged = mergeRandomizations(base, merged)
  }
  return merged.sensor === undefined ? merged : withSensor(merged, merged.sensor)
}

/** A sensor's rules over those of every arm. */
function withSensor(randomization: Randomization, sensor: string): Randomization {
  if (Object.keys(randomization.arms).length === 0) {
    const message = `randomization ${randomization.name} has a sensor, but no arm that gets it`
    throw new CodedError('CONFIG_INVALID', message, {
      hint: 'add `base: wide`, or `arms: { so101: {} }` for an arm that nothing else is drawn for',
    })
  }
  const rules = sensorRules(loadSensor(sensor))
  const arms = Object.entries(randomization.arms).map(([arm, own]) => [arm, { ...own, ...rules }])
  return { ...randomization, arms: Object.fromEntries(arms) }
}
