import rosmsg from '@foxglove/rosmsg'
import commonMessages from '@foxglove/rosmsg-msgs-common'
import serialization from '@foxglove/rosmsg2-serialization'

type MessageDefinition = Parameters<typeof rosmsg.stringify>[0][number]

const SEPARATOR = '='.repeat(80)

/** Definitions of ROS 2 Jazzy, by package and name. */
const DEFINITIONS: Readonly<Record<string, MessageDefinition | undefined>> = {
  ...(commonMessages.ros2jazzy as unknown as Record<string, MessageDefinition>),
  ...Object.fromEntries(tagDefinitions().map((each) => [each.name, each])),
}
/** Built into the parser; in a ROS 2 schema it is a message like others. */
const TIME = 'builtin_interfaces/Time'

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

/** Of the package apriltag_msgs, which is none of the common ones. */
function tagDefinitions(): MessageDefinition[] {
  const text = [
    'std_msgs/Header header',
    'apriltag_msgs/AprilTagDetection[] detections',
    SEPARATOR,
    'MSG: apriltag_msgs/AprilTagDetection',
    'string family',
    'int32 id',
    'int32 hamming',
    'float32 goodness',
    'float32 decision_margin',
    'apriltag_msgs/Point centre',
    'apriltag_msgs/Point[4] corners',
    'float64[9] homography',
    SEPARATOR,
    'MSG: apriltag_msgs/Point',
    'float64 x',
    'float64 y',
  ].join('\n')
  // The header's own definition comes with the common messages.
  const common = `\n${SEPARATOR}\nMSG: std_msgs/Header\nbuiltin_interfaces/Time stamp\nstring frame_id`
  const [array, ...parts] = rosmsg.parse(text + common, { ros2: true })
  const tags = parts.filter(({ name }) => name?.startsWith('apriltag_msgs/'))
  return [{ ...array!, name: 'apriltag_msgs/AprilTagDetectionArray' }, ...tags]
}

/** A type's definition, then those of its parts, each once. */
function withParts(name: string, found: MessageDefinition[] = []): MessageDefinition[] {
  const definition = DEFINITIONS[name]
  if (definition === undefined) throw new Error(`no message type ${name}`)
  if (found.includes(definition)) return found
  found.push(definition)
  for (const { isComplex, type } of definition.definitions) {
    if (isComplex === true) withParts(type, found)
    if (type === 'time') withParts(TIME, found)
  }
  return found
}

function describe(definitions: readonly MessageDefinition[]): string {
  return definitions
    .map((definition, k) => {
      const text = rosmsg.stringify([definition]).replace(/^time /gm, `${TIME} `)
      return k === 0 ? text : `${SEPARATOR}\nMSG: ${definition.name}\n${text}`
    })
    .join('\n')
}
