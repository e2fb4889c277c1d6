import { CodedError } from '../../configs/load/coded-error.ts'
import type { ParameterValue, RosNode } from './graph.ts'
import { type RosConfig, rosSchema } from './ros.schema.ts'

/**
 * The config as `--ros-args -p` changed it: every value of `ros` is a parameter, named by its path, such as
 * `command.controller`; and visible as one from now on. Throws BRIDGE_USAGE for a value that does not fit.
 */
export function parameterisedConfig(config: RosConfig, node: RosNode): RosConfig {
  const changed = structuredClone(config) as unknown as Tree
  for (const [name, value] of node.overrides) {
    if (has(changed, name)) put(changed, name.split('.'), value)
  }
  const result = rosSchema.safeParse(changed)
  if (!result.success) {
    const [issue] = result.error.issues
    throw new CodedError('BRIDGE_USAGE', `parameter ${issue?.path.join('.')}: ${issue?.message}`, {
      hint: 'ros2 param list shows the names; the deploy config has an example of each',
    })
  }
  for (const [name, value] of leaves(result.data as unknown as Tree))
    node.declareParameter(name, value)
  return result.data
}

interface Tree {
  [key: string]: Tree | ParameterValue
}

/** Whether a path names a value, or one that its section may have; others are of whoever else reads them. */
function has(tree: Tree, path: string): boolean {
  const section = path.split('.').slice(0, -1)
  let at: Tree = tree
  for (const key of section) {
    const next = Object.hasOwn(at, key) ? at[key] : undefined
    if (typeof next !== 'object' || Array.isArray(next)) return false
    at = next as Tree
  }
  return section.length > 0 || Object.hasOwn(tree, path)
}

function put(tree: Tree, [key, ...rest]: string[], value: ParameterValue): void {
  if (rest.length === 0) tree[key!] = value
  else put(tree[key!] as Tree, rest, value)
}

/** Values by path; lists of places are no parameters. */
function leaves(tree: Tree, prefix = ''): [string, ParameterValue][] {
  return Object.entries(tree).flatMap(([key, value]): [string, ParameterValue][] => {
    if (Array.isArray(value))
      return value.every((each) => typeof each === 'string') && value.length > 0
        ? [[prefix + key, value]]
        : []
    if (typeof value === 'object') return leaves(value as Tree, `${prefix}${key}.`)
    return [[prefix + key, value]]
  })
}
