import type { Clock } from '../../robot/model/clock.ts'
import { waitUntil } from '../../robot/model/wait-until.ts'
import type { ParameterValue, RosNode } from './graph.ts'
import type { ParameterMessage } from './interfaces.ts'
import { noAnswer } from './memory-services.ts'

/** `rcl_interfaces/msg/ParameterType`. */
const TYPE = { notSet: 0, bool: 1, integer: 2, double: 3, string: 4, stringArray: 9 } as const

/** A value as `rcl_interfaces/msg/ParameterValue`; undefined is one that is not set. */
export function parameterMessage(value: ParameterValue | undefined): ParameterMessage {
  if (value === undefined) return { type: TYPE.notSet }
  if (typeof value === 'boolean') return { type: TYPE.bool, bool_value: value }
  if (typeof value === 'number') return { type: TYPE.double, double_value: value }
  if (typeof value === 'string') return { type: TYPE.string, string_value: value }
  return { type: TYPE.stringArray, string_array_value: value }
}

/** The value of a message, or undefined where it has none that is known here. */
export function parameterValue(message: ParameterMessage): ParameterValue | undefined {
  if (message.type === TYPE.bool) return message.bool_value
  if (message.type === TYPE.integer) return Number(message.integer_value)
  if (message.type === TYPE.double) return message.double_value
  if (message.type === TYPE.string) return message.string_value
  if (message.type === TYPE.stringArray) return message.string_array_value
  return undefined
}

export interface ReadParametersOptions {
  readonly clock: Clock
  /** Until the other node is there, and again until it answers [s]. */
  readonly timeoutS: number
  readonly signal: AbortSignal | undefined
}

/**
 * Parameters of another node, undefined for those that it does not have. What is asked before nodes have found each
 * other is lost: it waits for that.
 *
 * @param ofNode - its name, relative to the namespace of `node`
 * @throws BRIDGE_ROS_SILENT
 */
export async function readParameters(
  node: RosNode,
  ofNode: string,
  names: readonly string[],
  { clock, signal, timeoutS }: ReadParametersOptions,
): Promise<(ParameterValue | undefined)[]> {
  const service = `${ofNode}/get_parameters`
  const client = node.client('rcl_interfaces/srv/GetParameters', service)
  try {
    const failure = () => noAnswer(node.resolve(service), timeoutS)
    await waitUntil(() => client.isReady, { clock, timeoutS, signal, failure })
    const { values } = await client.call({ names }, timeoutS)
    // A node answers with an empty list when it does not know one of the names.
    return names.map((_, k) => (values[k] === undefined ? undefined : parameterValue(values[k])))
  } finally {
    client.close()
  }
}
