import { CodedError } from '../../configs/load/coded-error.ts'

const NODE = /^[A-Za-z_]\w*$/
/** Tokens of letters, digits and underscores, none beginning with a digit; `~` stands for the node. */
const TOPIC = /^(~\/|~$|\/)?([A-Za-z_]\w*(\/[A-Za-z_]\w*)*)?$/

/** `/namespace/name`. Throws BRIDGE_ROS_NAME. */
export function nodeName(name: string, namespace = ''): string {
  const space = namespace.replace(/^\/|\/$/g, '')
  const isValid = NODE.test(name) && (space === '' || space.split('/').every((t) => NODE.test(t)))
  if (!isValid) throw badName('node', `${namespace}/${name}`)
  return space === '' ? `/${name}` : `/${space}/${name}`
}

/**
 * Fully qualified name of a topic, service or action as a node at `node` means it. Throws BRIDGE_ROS_NAME.
 * https://design.ros2.org/articles/topic_and_service_names.html
 */
export function expandName(name: string, node: string): string {
  if (name === '' || !TOPIC.test(name)) throw badName('topic or service', name)
  if (name.startsWith('/')) return name
  if (name === '~') return node
  if (name.startsWith('~/')) return `${node}/${name.slice(2)}`
  const space = node.slice(0, node.lastIndexOf('/'))
  return `${space}/${name}`
}

function badName(kind: string, name: string): CodedError {
  return new CodedError('BRIDGE_ROS_NAME', `"${name}" is no ${kind} name in ROS 2`, {
    hint: 'letters, digits and _, not beginning with a digit; / between parts',
  })
}
