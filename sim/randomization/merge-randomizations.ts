import { CodedError } from '../../configs/load/coded-error.ts'
import type { Randomization, Rules } from './randomization.schema.ts'

type RulesByArm = Readonly<Record<string, Rules>>

/** `over` with what only `base` says, and the base of `base`. */
export function mergeRandomizations(base: Randomization, over: Randomization): Randomization {
  const { base: _, without, ...own } = over
  const left = (rules: RulesByArm) => mapValues(rules, (each) => leaveOut(each, without))
  const shift = over.shift ?? base.shift
  const sensor = over.sensor ?? base.sensor
  return {
    ...own,
    ...(base.base === undefined ? {} : { base: base.base }),
    // What is left to join is the base's base: neither wants those of it.
    without: base.base === undefined ? [] : [...new Set([...without, ...base.without])],
    ...(shift === undefined ? {} : { shift }),
    ...(sensor === undefined ? {} : { sensor }),
    arms: mergeArms(left(base.arms), over.arms),
    tasks: merge(mapValues(base.tasks, left), over.tasks, mergeArms),
  }
}

/** The rules of an arm in a task. Throws CONFIG_UNKNOWN_NAME where there are rules, but for other arms only. */
export function rulesOf(randomization: Randomization, task: string, arm: string): Rules {
  const { arms, name, tasks } = randomization
  const known = new Set([arms, ...Object.values(tasks)].flatMap((rules) => Object.keys(rules)))
  if (known.size > 0 && !known.has(arm)) {
    const found = `randomization ${name} has rules for ${[...known].join(', ')}, not for ${arm}`
    throw new CodedError('CONFIG_UNKNOWN_NAME', found, {
      hint: `write some in a file of your own, or choose none: ${arm} exactly as it is described`,
    })
  }
  return { ...arms[arm], ...tasks[task]?.[arm] }
}

function leaveOut(rules: Rules, names: readonly string[]): Rules {
  return Object.fromEntries(Object.entries(rules).filter(([name]) => !names.includes(name)))
}

function mapValues<T>(
  values: Readonly<Record<string, T>>,
  change: (value: T) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]))
}

function mergeArms(base: RulesByArm, over: RulesByArm): Record<string, Rules> {
  return merge(base, over, (a, b) => ({ ...a, ...b }))
}

function merge<T>(
  base: Readonly<Record<string, T>>,
  over: Readonly<Record<string, T>>,
  both: (base: T, over: T) => T,
): Record<string, T> {
  const merged: Record<string, T> = { ...base, ...over }
  for (const name of Object.keys(over)) {
    if (base[name] !== undefined) merged[name] = both(base[name], over[name]!)
  }
  return merged
}
