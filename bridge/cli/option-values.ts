import { CodedError } from '../../configs/load/coded-error.ts'

/** The hint where nothing better is known; the command line names the command in it. */
export const SEE_HELP = 'see --help'

/** A finite number from `minimum` to `maximum`. */
export function parseNumber(
  minimum = Number.NEGATIVE_INFINITY,
  maximum = Number.POSITIVE_INFINITY,
): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (!Number.isFinite(value) || value < minimum || value > maximum) {
      throw usage(`a number${rangeOf(minimum, maximum)}`, text)
    }
    return value
  }
}

/** A whole number from `minimum` to `maximum`. */
export function parseInteger(
  minimum = 0,
  maximum = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN
    if (!Number.isSafeInteger(value) || value < minimum || value > maximum) {
      throw usage(`a whole number${rangeOf(minimum, maximum)}`, text)
    }
    return value
  }
}

/** Numbers from `minimum` between commas: `0.3,0,0.1`. */
export function parseNumberList(text: string, minimum?: number): number[] {
  return text.split(',').map(parseNumber(minimum))
}

/** `name=value` split at the first equals sign. */
export function parseAssignment(text: string): { readonly name: string; readonly value: string } {
  const split = text.indexOf('=')
  if (split < 1) throw usage('name=value', text)
  return { name: text.slice(0, split), value: text.slice(split + 1) }
}

/** `host:port`, an IPv6 host in brackets. */
export function parseHostPort(text: string): { host: string; port: number } {
  const match = /^(\[[0-9a-fA-F:]+\]|[^:]+):(\d+)$/.exec(text)
  const port = Number(match?.[2])
  if (match === null || !(port <= 65535)) {
    throw new CodedError('BRIDGE_USAGE', `expected host:port, found "${text}"`, {
      hint: 'for example 127.0.0.1:9090',
    })
  }
  return { host: match[1]!.replace(/^\[|\]$/g, ''), port }
}

/** Where the viewer is when nothing else is said. */
export const DEFAULT_VIEW = '127.0.0.1:8080'

/** Of `--view [host:port]`. Throws BRIDGE_USAGE. */
export function parseViewPlace(given: unknown): { host: string; port: number } {
  return parseHostPort(given === true ? DEFAULT_VIEW : String(given))
}

/** The value of an option that cannot be left out. Throws BRIDGE_USAGE. */
export function requiredText(value: unknown, flag: string, hint: string): string {
  if (typeof value === 'string') return value
  throw new CodedError('BRIDGE_USAGE', `${flag} is needed`, { hint })
}

/** Throws CONFIG_SET_INVALID when there is an override that nothing would take. @param what - has no config */
export function refuseOverrides(set: readonly string[], what: string): void {
  if (set[0] === undefined) return
  throw new CodedError('CONFIG_SET_INVALID', `--set ${set[0]}: ${what} reads no config`, {
    hint: 'leave it out; --help lists what can be chosen here',
  })
}

/** ` from 1 to 9`, as far as there are bounds. */
function rangeOf(minimum: number, maximum: number): string {
  const hasMost = maximum < Number.MAX_SAFE_INTEGER
  if (minimum === Number.NEGATIVE_INFINITY) return hasMost ? ` ≤ ${maximum}` : ''
  return hasMost ? ` from ${minimum} to ${maximum}` : ` ≥ ${minimum}`
}

function usage(expected: string, found: string): CodedError {
  return new CodedError('BRIDGE_USAGE', `expected ${expected}, found "${found}"`, {
    hint: SEE_HELP,
  })
}
