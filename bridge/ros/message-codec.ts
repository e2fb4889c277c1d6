import { CodedError } from '../../configs/load/coded-error.ts'
import { type RosField, rosFields, rosType } from '../recording/ros-types.ts'

/** Messages of one type as bytes (CDR), strict about what goes in. */
export interface MessageCodec {
  /** Throws BRIDGE_ROS_INTERFACE, naming the field that does not belong or is of another type. */
  encode(message: unknown): Uint8Array
  /** A value of its own; sequences of numbers are typed arrays. */
  decode(bytes: Uint8Array): unknown
}

/** Whole numbers by type: their bounds. */
const WHOLE: Readonly<Record<string, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  byte: [0, 255],
  char: [0, 255],
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
  int32: [-2_147_483_648, 2_147_483_647],
  uint32: [0, 4_294_967_295],
}

const codecs = new Map<string, MessageCodec>()

/**
 * @param name - as ROS has it, `sensor_msgs/msg/JointState`; parts of services and actions with their suffix,
 *   `control_msgs/action/FollowJointTrajectory_Goal`
 * @throws BRIDGE_ROS_INTERFACE for a type that is not known here
 */
export function messageCodec(name: string): MessageCodec {
  let codec = codecs.get(name)
  if (codec === undefined) {
    const short = shortName(name)
    const [type, fields] = [rosType(short), rosFields(short)]
    codec = {
      encode(message) {
        const problem = check(fields, message, '')
        if (problem !== null) throw wrong(`${name}${problem}`)
        return type.encode(message)
      },
      decode: (bytes) => type.decode(bytes),
    }
    codecs.set(name, codec)
  }
  return codec
}

/** `sensor_msgs/JointState` of `sensor_msgs/msg/JointState`. */
function shortName(name: string): string {
  const [packageName, kind, base] = name.split('/')
  const short = `${packageName}/${base}`
  try {
    if (!['msg', 'srv', 'action'].includes(kind ?? '')) throw new Error(`no interface ${name}`)
    rosFields(short)
    return short
  } catch (cause) {
    throw wrong(`no interface ${name} is known here`, cause)
  }
}

/** What is wrong with a message, beginning with the path of the field; null: nothing. */
function check(fields: readonly RosField[], message: unknown, path: string): string | null {
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    return `${path} expected a message, found ${String(message)}`
  const known = new Map(fields.map((field) => [field.name, field]))
  for (const [key, value] of Object.entries(message)) {
    const field = known.get(key)
    if (field === undefined || field.isConstant === true) return `${path}.${key}: no such field`
    if (value === undefined) continue
    const problem =
      field.isArray === true
        ? checkArray(field, value, `${path}.${key}`)
        : checkOne(field, value, `${path}.${key}`)
    if (problem !== null) return problem
  }
  return null
}

function checkArray(field: RosField, values: unknown, path: string): string | null {
  const isTyped = ArrayBuffer.isView(values) && !(values instanceof DataView)
  if (!Array.isArray(values) && !isTyped) return `${path} expected a list`
  const list = values as ArrayLike<unknown>
  if (field.arrayLength !== undefined && list.length !== field.arrayLength)
    return `${path} expected ${field.arrayLength} values, found ${list.length}`
  for (let i = 0; i < list.length; i++) {
    const problem = checkOne(field, list[i], `${path}[${i}]`)
    if (problem !== null) return problem
  }
  return null
}

function checkOne({ type, isComplex }: RosField, value: unknown, path: string): string | null {
  if (isComplex === true) return check(rosFields(type), value, path)
  if (type === 'time' || type === 'duration') return checkTime(value, path)
  const bounds = WHOLE[type]
  if (bounds !== undefined) {
    const [low, high] = bounds
    const isFit = Number.isInteger(value) && (value as number) >= low && (value as number) <= high
    return isFit ? null : `${path} expected ${type}, found ${String(value)}`
  }
  const wanted = type === 'bool' ? 'boolean' : type.startsWith('float') ? 'number' : typeIn(type)
  return typeof value === wanted ? null : `${path} expected ${type}, found ${String(value)}`
}

function typeIn(type: string): string {
  return type === 'int64' || type === 'uint64' ? 'bigint' : 'string'
}

function checkTime(value: unknown, path: string): string | null {
  const { sec, nanosec } = (value ?? {}) as { sec?: unknown; nanosec?: unknown }
  const isFit =
    Number.isInteger(sec) &&
    Math.abs(sec as number) < 2 ** 31 &&
    Number.isInteger(nanosec) &&
    (nanosec as number) >= 0 &&
    (nanosec as number) < 1e9
  return isFit ? null : `${path} expected sec and nanosec, found ${JSON.stringify(value)}`
}

function wrong(message: string, cause?: unknown): CodedError {
  return new CodedError('BRIDGE_ROS_INTERFACE', message, {
    hint: 'this is a fault of who wrote the message',
    cause,
  })
}
