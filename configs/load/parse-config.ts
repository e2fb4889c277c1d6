import { type Document, isMap, isNode, isScalar, LineCounter, parse, parseDocument } from 'yaml'
import type { ZodType } from 'zod'
import { unknownNameHint } from './closest-name.ts'
import { CodedError } from './coded-error.ts'
import { type ConfigProblem, describeIssues } from './describe-issue.ts'
import { schemaKeysAt } from './schema-keys.ts'

export interface ParseConfigOptions {
  /** Name of the text in error messages; default `config`. */
  readonly file?: string
  /** Overrides `path=value` (`joints.1.maxSpeedRadPerS=2`), values in YAML, applied before the check. */
  readonly set?: readonly string[]
}

type Path = readonly PropertyKey[]

/**
 * A YAML text as the checked value of `schema`, with defaults filled in.
 *
 * Throws CONFIG_SYNTAX, CONFIG_INVALID (`file:line:column path: expected …, found …`) and, where the
 * mistake came in with an override, CONFIG_SET_INVALID.
 */
export function parseConfig<T>(
  text: string,
  schema: ZodType<T>,
  options: ParseConfigOptions = {},
): T {
  const file = options.file ?? 'config'
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const broken = document.errors[0]
  if (broken !== undefined) {
    const where = lines.linePos(broken.pos[0])
    const message = `${file}:${where.line}:${where.col} expected YAML, found: ${broken.message}`
    const hint = 'look for a missing colon, quote or space before that place'
    throw new CodedError('CONFIG_SYNTAX', message, { hint, cause: broken })
  }
  const overrides = (options.set ?? []).map((assignment) => applyOverride(document, assignment))
  const plain = plainValue(document, file)
  const result = schema.safeParse(plain)
  if (result.success) return result.data

  const { problem, more, problems } = worstProblem(
    describeIssues(result.error.issues, (path) => valueIn(plain, path)),
  )
  const override = overrides.find(({ path }) =>
    path.every((key, i) => String(problem.path[i]) === key),
  )
  const position = lines.linePos(offsetOf(document, problem))
  const place = override
    ? `--set ${override.assignment}`
    : `${file}:${position.line}:${position.col}`
  throw new CodedError(
    override ? 'CONFIG_SET_INVALID' : 'CONFIG_INVALID',
    `${place} ${dotted(problem.path)}: ${problem.message}${more}`,
    {
      ...hintFor(problem, schema),
      details: { file, problems },
    },
  )
}

/** Throws CONFIG_SYNTAX for an alias (`*name`) that stands for nothing, or for too much. */
function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CodedError('CONFIG_SYNTAX', `${file}: expected YAML, found: ${reason}`, {
      hint: 'put text that begins with * or & in quotes',
      cause,
    })
  }
}

/**
 * What has been parsed already, such as an imported YAML or JSON module, as the checked value of `schema`, with
 * defaults filled in. Throws CONFIG_INVALID.
 *
 * @param name - of the config in error messages
 * @param hint - where to look for what is meant; default the shipped configs
 */
export function checkConfig<T>(value: unknown, schema: ZodType<T>, name: string, hint?: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { problem, more, problems } = worstProblem(
    describeIssues(result.error.issues, (path) => valueIn(value, path)),
  )
  throw new CodedError(
    'CONFIG_INVALID',
    `${name} ${dotted(problem.path)}: ${problem.message}${more}`,
    {
      ...hintFor(problem, schema, hint),
      details: { problems },
    },
  )
}

/** The problem to tell of first, how many others there are, and all of them in words. */
function worstProblem(all: readonly ConfigProblem[]) {
  return {
    // A misspelt key is also missing under its right name: the misspelling is what tells more.
    problem: all.find(({ kind }) => kind === 'unknown') ?? all[0]!,
    more: all.length > 1 ? ` (and ${all.length - 1} more)` : '',
    problems: all.map((each) => `${dotted(each.path)}: ${each.message}`),
  }
}

function applyOverride(document: Document, assignment: string) {
  const split = assignment.indexOf('=')
  const path = assignment.slice(0, Math.max(split, 0)).split('.')
  const usage = { hint: 'write --set path.to.key=value, for example --set seed=7' }
  if (path.some((key) => key === '')) {
    throw new CodedError('CONFIG_SET_INVALID', `expected path=value, found "${assignment}"`, usage)
  }
  try {
    const value: unknown = parse(assignment.slice(split + 1))
    if (document.contents === null) document.contents = document.createNode({})
    document.setIn(path, document.createNode(value))
  } catch (cause) {
    const message = `--set ${assignment}: expected a path to a value and a YAML value there`
    throw new CodedError('CONFIG_SET_INVALID', message, { ...usage, cause })
  }
  return { assignment, path }
}

/** Unknown key: its own place; missing key: its parent's; otherwise the value's. */
function offsetOf(document: Document, problem: ConfigProblem): number {
  if (problem.kind === 'unknown') {
    const parent = document.getIn(problem.path.slice(0, -1), true)
    const name = String(problem.path.at(-1))
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === name)
      : undefined
    if (isNode(pair?.key) && pair.key.range) return pair.key.range[0]
  }
  for (let length = problem.path.length; length >= 0; length--) {
    const node = document.getIn(problem.path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function hintFor(
  problem: ConfigProblem,
  schema: ZodType,
  hint = 'the shipped files in configs/ show what is meant',
): { hint: string } {
  if (problem.kind !== 'unknown') return { hint }
  const valid = schemaKeysAt(schema, problem.path.slice(0, -1))
  return { hint: unknownNameHint(String(problem.path.at(-1)), valid) }
}

function valueIn(value: unknown, path: Path): unknown {
  let at = value
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Record<PropertyKey, unknown>)[key]
  }
  return at
}

function dotted(path: Path): string {
  return path.length === 0 ? '(top)' : path.map(String).join('.')
}
