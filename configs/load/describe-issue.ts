import type { core } from 'zod'

/** One thing wrong with a config: the path it is about, and what was expected and found there. */
export interface ConfigProblem {
  readonly path: readonly PropertyKey[]
  /** `value` is wrong, `unknown` is a key that should not be there, `missing` one that should. */
  readonly kind: 'value' | 'unknown' | 'missing'
  readonly message: string
}

/**
 * What is wrong, in words, with unions resolved to the branch that fits best.
 *
 * @param valueAt - the value in the config at a path, undefined where there is none
 */
export function describeIssues(
  issues: readonly core.$ZodIssue[],
  valueAt: (path: readonly PropertyKey[]) => unknown,
): ConfigProblem[] {
  return issues.flatMap((issue) => describe(issue, issue.path, valueAt))
}

function describe(
  issue: core.$ZodIssue,
  path: readonly PropertyKey[],
  valueAt: (path: readonly PropertyKey[]) => unknown,
): ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      kind: 'unknown',
      message: `expected a known key, found unknown key "${key}"`,
    }))
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return describeUnion(issue, path, valueAt)
  }
  const value = valueAt(path)
  const kind = value === undefined ? 'missing' : 'value'
  return [{ path, kind, message: `expected ${expectation(issue)}, found ${shown(value)}` }]
}

/** The branch whose problems lie deepest is the one that was meant; branches equally wrong are all named. */
function describeUnion(
  issue: core.$ZodIssueInvalidUnion,
  path: readonly PropertyKey[],
  valueAt: (path: readonly PropertyKey[]) => unknown,
): ConfigProblem[] {
  const isDeep = (branch: readonly core.$ZodIssue[]) =>
    branch.every((each) => each.path.length > 0 || each.code === 'unrecognized_keys')
  const meant = branchesOf(issue)
    .filter(isDeep)
    .sort((a, b) => a.length - b.length)[0]
  if (meant !== undefined) {
    return meant.flatMap((each) => describe(each, [...path, ...each.path], valueAt))
  }
  const expected = [...new Set(branchesOf(issue).flat().map(expectation))].join(' or ')
  const value = valueAt(path)
  const kind = value === undefined ? 'missing' : 'value'
  return [{ path, kind, message: `expected ${expected}, found ${shown(value)}` }]
}

/** The branches of a union, with those of a union that is a branch of it. */
function branchesOf(issue: core.$ZodIssueInvalidUnion): readonly (readonly core.$ZodIssue[])[] {
  return issue.errors.flatMap((branch) => {
    const [only, ...others] = branch
    const isUnion = only?.code === 'invalid_union' && only.errors.length > 0
    return isUnion && only.path.length === 0 && others.length === 0 ? branchesOf(only) : [branch]
  })
}

function expectation(issue: core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'a whole number' : article(issue.expected)
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(shown).join(', ')}`
    case 'too_small':
      return bound(issue.origin, issue.inclusive === false ? '>' : '≥', issue.minimum)
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? '<' : '≤', issue.maximum)
    case 'invalid_union':
      return 'discriminator' in issue && issue.discriminator !== undefined
        ? `a known "${issue.discriminator}"`
        : 'another form'
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    default:
      return issue.message.replace(/^Invalid (input|string): (expected )?/, '')
  }
}

function bound(origin: string, sign: string, limit: number | bigint): string {
  if (origin === 'number' || origin === 'int' || origin === 'bigint')
    return `a number ${sign} ${limit}`
  const unit = origin === 'string' ? 'characters' : 'entries'
  return `${article(origin)} of ${sign} ${limit} ${unit}`
}

function article(type: string): string {
  const word = { object: 'map', record: 'map', array: 'list', tuple: 'list', string: 'text' }[type]
  return word === 'text' ? word : `${/^[aeiou]/.test(word ?? type) ? 'an' : 'a'} ${word ?? type}`
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'a map'
  const text = typeof value === 'string' ? `"${value}"` : String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
