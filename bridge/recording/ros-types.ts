import rosmsg from '@foxglove/rosmsg'
import commonMessages from '@foxglove/rosmsg-msgs-common'
import serialization from '@foxglove/rosmsg2-serialization'
import { MORE_DEFINITIONS } from './more-definitions.ts'

type MessageDefinition = Parameters<typeof rosmsg.stringify>[0][number]

/** Definitions of ROS 2 Jazzy, by package and name. */
const DEFINITIONS = commonMessages.ros2jazzy as unknown as Readonly<
  Record<string, MessageDefinition | undefined>
>
/** Built into the parser; in a ROS 2 schema it is a message like others. */
const TIME = 'builtin_interfaces/Time'
const SEPARATOR = '='.repeat(80)

/** One field or constant of a message type. */
export type RosField = MessageDefinition['definitions'][number]

/** A ROS 2 message type: how it is described in a recording, and how one is encoded. */
export interface RosType {
  /** `sensor_msgs/msg/JointState` */
  readonly name: string
  /** As in `.msg` files: itself, then all that it is made of (schema encoding `ros2msg`). */
  readonly schema: string
  /** CDR. */
  encode(message: unknown): Uint8Array
  decode(bytes: Uint8Array): unknown
}

/** @param name - package and name, `sensor_msgs/JointState` */
export function rosType(name: string): RosType {
  const definitions = withParts(name)
  const writer = new serialization.MessageWriter(definitions)
  const reader = new serialization.MessageReader(definitions)
  return {
    name: name.replace('/', '/msg/'),
    schema: describe(definitions),
    encode: (message) => writer.writeMessage(message),
    decode: (bytes) => reader.readMessage(bytes),
  }
}

/** Fields of a message type. @param name - package and name, `sensor_msgs/JointState` */
export function rosFields(name: string): readonly RosField[] {
  return definitionOf(name).definitions
}

/** A type's definition, then those of its parts, each once. */
function withParts(name: string, found: MessageDefinition[] = []): MessageDefinition[] {
  const definition = definitionOf(name)
  if (found.includes(definition)) return found
  found.push(definition)
  for (const { isComplex, type } of definition.definitions) {
    if (isComplex === true) withParts(type, found)
    if (type === 'time') withParts(TIME, found)
  }
  return found
}

function definitionOf(name: string): MessageDefinition {
  const definition = DEFINITIONS[name] ?? parsed(name)
  if (definition === undefined) throw new Error(`no message type ${name}`)
  return definition
}

const parsedDefinitions = new Map<string, MessageDefinition>()

function parsed(name: string): MessageDefinition | undefined {
  const text = MORE_DEFINITIONS[name]
  if (text === undefined) return undefined
  let definition = parsedDefinitions.get(name)
  if (definition === undefined) {
    const [first] = rosmsg.parse(text, { ros2: true, skipTypeFixup: true })
    definition = { name, definitions: first?.definitions ?? [] }
    parsedDefinitions.set(name, definition)
  }
  return definition
}

function describe(definitions: readonly MessageDefinition[]): string {
  return definitions
    .map((definition, k) => {
      const text = rosmsg.stringify([definition]).replace(/^time /gm, `${TIME} `)
      return k === 0 ? text : `${SEPARATOR}\nMSG: ${definition.name}\n${text}`
    })
    .join('\n')
}
