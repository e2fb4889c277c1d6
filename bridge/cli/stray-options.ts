import { CodedError } from '../../configs/load/coded-error.ts'
import type { CommandContext } from './command.ts'

/** Names of options, each with the only choices that it says something about. */
export type OwnOptions<Choice extends string> = Readonly<Record<string, readonly Choice[]>>

interface Chosen<Choice extends string> {
  readonly choice: Choice
  /** The option that chooses: `--world`. */
  readonly by: string
  /** What the choice is called; default `--world rapier`. */
  readonly about?: string
}

/** Throws BRIDGE_USAGE for an option that would say nothing about what is chosen. */
export function refuseStrayOptions<Choice extends string>(
  options: CommandContext['options'],
  own: OwnOptions<Choice>,
  { choice, by, about = `${by} ${choice}` }: Chosen<Choice>,
): void {
  for (const [name, choices] of Object.entries<readonly Choice[]>(own)) {
    if (!isGiven(options[name]) || choices.includes(choice)) continue
    const flag = flagOf(name)
    throw new CodedError('BRIDGE_USAGE', `${flag} says nothing about ${about}`, {
      hint: `add ${by} ${choices.join(' or ')}, or leave ${flag} out`,
    })
  }
}

/** The first of some options that is given; undefined where none is. */
export function firstGiven(
  options: CommandContext['options'],
  names: readonly string[],
): string | undefined {
  return names.find((name) => isGiven(options[name]))
}

/** Throws BRIDGE_USAGE for an option that says nothing beside another one. @param other - the other: `--score` */
export function refuseBeside(
  options: CommandContext['options'],
  names: readonly string[],
  other: string,
): void {
  const stray = firstGiven(options, names)
  if (stray === undefined) return
  throw new CodedError('BRIDGE_USAGE', `--${stray} says nothing about ${other}`, {
    hint: `leave --${stray} or ${other} out`,
  })
}

/** Throws BRIDGE_USAGE for an option that says nothing without one of some others. @param others - `touch` */
export function refuseWithout(
  options: CommandContext['options'],
  names: readonly string[],
  others: readonly string[],
): void {
  const stray = firstGiven(options, names)
  if (stray === undefined || firstGiven(options, others) !== undefined) return
  const flags = others.map(flagOf).join(' or ')
  throw new CodedError('BRIDGE_USAGE', `${flagOf(stray)} says nothing without ${flags}`, {
    hint: `add ${flags}, or leave ${flagOf(stray)} out`,
  })
}

/** Throws BRIDGE_USAGE for a token where nothing would ask for it. @param servers - options: `view` */
export const refuseStrayToken = (
  options: CommandContext['options'],
  servers: readonly string[],
): void => refuseWithout(options, ['token'], servers)

/** An option as it is typed: `--base` of `base`. */
const flagOf = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** A repeatable option is an empty list where it is left out. */
const isGiven = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined
