import { misspeltName } from '../../configs/load/closest-name.ts'
import { CodedError } from '../../configs/load/coded-error.ts'
import { listConfigs, loadConfig } from '../../configs/load/load.node.ts'
import { loadSensor } from '../../robot/sensors/load-sensor.node.ts'
import { mergeRandomizations } from './merge-randomizations.ts'
import { type Randomization, randomizationSchema } from './randomization.schema.ts'
import { sensorRules } from './sensor-rules.ts'

const MOST_BASES = 8

/**
 * The randomization `configs/randomization/<name>.yaml`, or of a file, with the rules of its bases and their sensors.
 * Throws CONFIG_INVALID when bases go round in circles, and for a sensor that no arm would have; CONFIG_UNKNOWN_NAME
 * for a misspelt arm or task.
 */
export function loadRandomization(nameOrPath: string): Randomization {
  const files = withBases(nameOrPath)
  files.forEach((own, depth) => {
    checkNames(own)
    for (const base of files.slice(depth + 1)) checkNames(own, base)
  })
  const arms = [...new Set(files.flatMap((each) => Object.keys(each.arms)))]
  return files
    .map((each) => withSensor(each, arms))
    .reduceRight((base, over) => mergeRandomizations(base, over))
}

/** What the file says, what its base says, and so on. */
function withBases(nameOrPath: string): Randomization[] {
  const files = [loadConfig('randomization', nameOrPath, randomizationSchema)]
  for (let base = files[0]!.base; base !== undefined; base = files.at(-1)!.base) {
    if (files.length > MOST_BASES) {
      throw new CodedError('CONFIG_INVALID', `randomization ${nameOrPath} has no last base`, {
        hint: `does ${base} name itself as its base, by way of others?`,
      })
    }
    files.push(loadConfig('randomization', base, randomizationSchema))
  }
  return files
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

/** For each of the arms what the file's sensor says, under what the file itself says. */
function withSensor(file: Randomization, arms: readonly string[]): Randomization {
  const { sensor, ...own } = file
  if (sensor === undefined) return file
  if (arms.length === 0) {
    const message = `randomization ${file.name} has a sensor, but no arm that gets it`
    throw new CodedError('CONFIG_INVALID', message, {
      hint: 'add `base: wide`, or `arms: { so101: {} }` for an arm that nothing else is drawn for',
    })
  }
  const rules = sensorRules(loadSensor(sensor))
  const equipped = arms.map((arm) => [arm, { ...rules, ...own.arms[arm] }])
  return { ...own, arms: Object.fromEntries(equipped) }
}
