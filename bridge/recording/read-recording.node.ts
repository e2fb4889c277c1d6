import { closeSync, openSync, readSync } from 'node:fs'
import { McapStreamReader } from '@mcap/core'
import { CodedError } from '../../configs/load/coded-error.ts'
import { FILES } from '../lerobot/dataset-layout.ts'
import { isDataset } from '../lerobot/is-dataset.node.ts'
import { type RosType, rosType } from './ros-types.ts'

const READ_BYTES = 1 << 20

export interface ReadMessage {
  readonly topic: string
  /** When it was recorded, since 1970 [s]. */
  readonly epochS: number
  /** In the shape of its ROS type. */
  readonly message: unknown
}

export interface Recording {
  /** Texts about the run; empty for a recording of another program. */
  readonly metadata: Readonly<Record<string, string>>
  readonly messages: readonly ReadMessage[]
  /** False when the file breaks off: it was cut short, or is still being written. */
  readonly isComplete: boolean
}

/**
 * Reads the messages of some topics, in the order of the file. A file that breaks off gives what is whole.
 *
 * @throws BRIDGE_RECORDING_INVALID when it is not MCAP with ROS 2 messages, or is missing
 */
export function readRecording(file: string, topics: readonly string[]): Recording {
  const reader = new McapStreamReader()
  const wanted = new Set(topics)
  const schemas = new Map<number, string>()
  const channels = new Map<number, { topic: string; type: RosType }>()
  const messages: ReadMessage[] = []
  let metadata: Record<string, string> = {}
  let isFirst = true
  try {
    for (const bytes of piecesOf(file)) {
      if (isFirst && !MAGIC.subarray(0, bytes.length).equals(bytes.subarray(0, MAGIC.length))) {
        throw new Error('it is no MCAP')
      }
      isFirst = false
      reader.append(bytes)
      for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
        if (record.type === 'Schema') schemas.set(record.id, record.name)
        if (record.type === 'Channel' && wanted.has(record.topic)) {
          const type = rosType(schemas.get(record.schemaId)!.replace('/msg/', '/'))
          channels.set(record.id, { topic: record.topic, type })
        }
        if (record.type === 'Metadata' && record.name === 'sim2arm') {
          metadata = Object.fromEntries(record.metadata)
        }
        if (record.type !== 'Message') continue
        const channel = channels.get(record.channelId)
        if (channel === undefined) continue
        const epochS = Number(record.logTime) / 1e9
        messages.push({ topic: channel.topic, epochS, message: channel.type.decode(record.data) })
      }
    }
  } catch (cause) {
    const message = `cannot read ${file}: ${reasonOf(file, cause)}`
    throw new CodedError('BRIDGE_RECORDING_INVALID', message, { hint: HINT, cause })
  }
  return { metadata, messages, isComplete: reader.done() }
}

/** How a file begins (https://mcap.dev/spec#magic). */
const MAGIC = Buffer.from('\x89MCAP0\r\n', 'latin1')
const HINT = 'pass an MCAP file of ROS 2 messages, as deploy --record writes it'

function* piecesOf(file: string): Generator<Uint8Array> {
  const descriptor = openSync(file, 'r')
  try {
    for (;;) {
      const bytes = new Uint8Array(READ_BYTES)
      const size = readSync(descriptor, bytes)
      if (size === 0) return
      yield bytes.subarray(0, size)
    }
  } finally {
    closeSync(descriptor)
  }
}

function reasonOf(file: string, cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EISDIR') {
    return isDataset(file)
      ? 'it is a LeRobotDataset, no recording'
      : `it is a folder, and no LeRobotDataset: ${FILES.info} is missing`
  }
  const message = cause instanceof Error ? cause.message : String(cause)
  return message.split('\n')[0]!
}
