import { parse as parseYaml } from 'yaml'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { ParameterValue } from './graph.ts'
import { expandName } from './names.ts'

/** What `--ros-args` say: https://docs.ros.org/en/jazzy/How-To-Guides/Node-arguments.html */
export interface RosArgs {
  readonly remaps: readonly Remap[]
  readonly parameters: readonly Parameter[]
}

interface Remap {
  /** Node that it is for; undefined: all. */
  readonly node: string | undefined
  readonly from: string
  readonly to: string
}

interface Parameter {
  readonly node: string | undefined
  readonly name: string
  readonly value: ParameterValue
}

/**
 * Reads remappings and parameters; other flags (`--log-level`, `--enclave`) mean nothing here.
 * @param readFile - gives the text of a parameter file
 * @throws BRIDGE_USAGE
 */
export function parseRosArgs(
  words: readonly string[],
  readFile: (path: string) => string = noFiles,
): RosArgs {
  const remaps: Remap[] = []
  const parameters: Parameter[] = []
  for (let i = 0; i < words.length; i++) {
    const flag = words[i]!
    const given = () => {
      const value = words[++i]
      if (value === undefined) throw badArgument(flag)
      return value
    }
    if (flag === '-r' || flag === '--remap') remaps.push(parseRemap(given()))
    else if (flag === '-p' || flag === '--param') parameters.push(parseParameter(given()))
    else if (flag === '--params-file') {
      const path = given()
      parameters.push(...parseFile(readFile(path), path))
    }
  }
  return { remaps, parameters }
}

/** Name of the node after `__node`, and namespace after `__ns`. */
export function remapNode(
  { remaps }: RosArgs,
  name: string,
  namespace: string,
): { name: string; namespace: string } {
  const to = (from: string) =>
    remaps.find((each) => each.from === from && (each.node ?? name) === name)?.to
  return { name: to('__node') ?? to('__name') ?? name, namespace: to('__ns') ?? namespace }
}

/** The full name of a topic or service at `node` (fully qualified) after remapping; the first rule that fits wins. */
export function remapName({ remaps }: RosArgs, name: string, node: string): string {
  const full = expandName(name, node)
  const own = node.slice(node.lastIndexOf('/') + 1)
  for (const { node: only, from, to } of remaps) {
    if (from.startsWith('__') || (only ?? own) !== own) continue
    if (expandName(from.replace(/^ros(topic|service):\/\//, ''), node) === full)
      return expandName(to, node)
  }
  return full
}

/** Parameter values for the node with this fully qualified name; later ones win. */
export function parametersFor({ parameters }: RosArgs, node: string): Map<string, ParameterValue> {
  const own = node.slice(node.lastIndexOf('/') + 1)
  const fits = (only: string | undefined) =>
    only === undefined || only === own || patternOf(only).test(node)
  return new Map(
    parameters.filter((each) => fits(each.node)).map(({ name, value }) => [name, value]),
  )
}

/** `/**` stands for any number of parts of a name, `*` for one; the first slash may be left out. */
function patternOf(name: string): RegExp {
  const parts = name.replace(/^\//, '').split('/')
  const pattern = parts.map((part) =>
    part === '**' ? '(?:/[^/]+)*' : `/${part === '*' ? '[^/]+' : part.replace(/\W/g, '')}`,
  )
  return new RegExp(`^${pattern.join('')}$`)
}

function parseRemap(text: string): Remap {
  const [, node, from, to] =
    /^(?:([^:=/~]+):(?!\/\/))?([^:=]+|ros\w+:\/\/[^:=]+):=(.+)$/.exec(text) ?? []
  if (from === undefined || to === undefined) throw badArgument(text)
  return { node, from, to }
}

function parseParameter(text: string): Parameter {
  const [, node, name, value] = /^(?:([^:=]+):)?([^:=]+):=(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) throw badArgument(text)
  return { node, name, value: asParameter(readYaml(value, text), text) }
}

/** `node: ros__parameters: {a: {b: 1}}` is parameter `a.b` of `node`. */
function parseFile(text: string, path: string): Parameter[] {
  const nodes = readYaml(text, path) as Record<string, { ros__parameters?: unknown } | null>
  return Object.entries(nodes ?? {}).flatMap(([node, entry]) => {
    const group = entry?.ros__parameters
    if (typeof group !== 'object' || group === null) {
      throw badArgument(`${node}: without ros__parameters`)
    }
    return flatten(group, '').map(([name, value]) => ({
      node,
      name,
      value: asParameter(value, name),
    }))
  })
}

function flatten(group: object, prefix: string): [string, unknown][] {
  return Object.entries(group).flatMap(([key, value]): [string, unknown][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? flatten(value, `${prefix}${key}.`)
      : [[prefix + key, value]],
  )
}

function asParameter(value: unknown, text: string): ParameterValue {
  if (['boolean', 'number', 'string'].includes(typeof value)) return value as ParameterValue
  if (Array.isArray(value)) return value.map(String)
  throw badArgument(text)
}

/** @param where - what to name when it is no YAML */
function readYaml(text: string, where: string): unknown {
  try {
    return parseYaml(text) as unknown
  } catch (cause) {
    throw badArgument(where, cause)
  }
}

/** @param cause - of the parser, whose first line says where */
function badArgument(text: string, cause?: unknown): CodedError {
  const reason = cause instanceof Error ? ` (${cause.message.split('\n')[0]!})` : ''
  return new CodedError('BRIDGE_USAGE', `cannot read "${text}" among the --ros-args${reason}`, {
    ...(cause !== undefined && { cause }),
    hint: 'for example --ros-args -r /joint_states:=/arm/joint_states -p speed:=0.5',
  })
}

function noFiles(path: string): never {
  throw new CodedError('BRIDGE_USAGE', `parameter file ${path} cannot be read here`)
}
