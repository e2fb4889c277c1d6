import { misspeltName } from '../../configs/load/closest-name.ts'
import { CodedError } from '../../configs/load/coded-error.ts'
import { listConfigs, loadConfig } from '../../configs/load/load.node.ts'
import { loadSensor } from '../../robot/sensors/load-sensor.node.ts'
import { mergeRandomizations } from './merge-randomizations.ts'
import { type Randomization, randomizationSchema } from './randomization.schema.ts'
import { sensorRules } from './sensor-rules.ts'

const MOST_BASES = 8

/**
 * The randomization `configs/randomization/<name>.yaml`, or of a file, with the rules of its bases and its sensor.
 * Throws CONFIG_INVALID when bases go round in circles, and for a sensor that no arm would have; CONFIG_UNKNOWN_NAME
 * for a misspelt arm or task.
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
    checkNames(merged, base)
    merged = mergeRandomizations(base, merged)
  }
  checkNames(merged)
  return merged.sensor === undefined ? merged : withSensor(merged, merged.sensor)
}

/** Arms and tasks of one's own may be called anything, but a slip of a name that is known would do nothing. */
function checkNames(own: Randomization, base?: Randomization): void {
  const check = (what: string, names: readonly string[], known: readonly string[]) => {
    for (const name of names.filter((each) => !known.includes(each))) {
      const meant = misspeltName(name, known)
      if (meant === undefined) continue
      const message = `randomization ${own.name} has rules for ${what} ${name}, which there is not`
      const hint = `did you mean ${meant}? ${what} of your own needs a name less like it`
      throw new CodedError('CONFIG_UNKNOWN_NAME', message, { hint })
    }
  }
  const shipped = [...listConfigs('arms'), ...listConfigs('leaders')]
  check('an arm', armNames(own), [...shipped, ...(base ? armNames(base) : [])])
  check('a task', Object.keys(own.tasks), [
    ...listConfigs('tasks'),
    ...Object.keys(base?.tasks ?? {}),
  ])
}

function armNames({ arms, tasks }: Randomization): string[] {
  return [arms, ...Object.values(tasks)].flatMap((rules) => Object.keys(rules))
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
