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
  /** In the order of the file. */
  readonly messages: Iterable<ReadMessage>
  /** False when the file breaks off: it was cut short, or is still being written. Known once all messages were read. */
  readonly isComplete: boolean
}

/** A recording of which all messages are in memory, a kilobyte or so for each. */
export interface HeldRecording extends Recording {
  readonly messages: readonly ReadMessage[]
}

/** As `openRecording`, for topics of which even a long recording holds few messages. Throws at once. */
export function readRecording(file: string, topics: readonly string[]): HeldRecording {
  const recording = openRecording(file, topics)
  const messages = [...recording.messages]
  return { metadata: recording.metadata, messages, isComplete: recording.isComplete }
}

/**
 * The messages of some topics in a recording of any length: whoever goes through them, and as often, reads the file, of
 * which nothing is kept. A file that breaks off gives what is whole.
 *
 * @throws BRIDGE_RECORDING_INVALID once it is read, when it is not MCAP with ROS 2 messages, or is missing
 */
export function openRecording(file: string, topics: readonly string[]): Recording {
  return new RecordingFile(file, new Set(topics))
}

class RecordingFile implements Recording {
  readonly messages: Iterable<ReadMessage> = { [Symbol.iterator]: () => this.read() }
  isComplete = false
  private readonly file: string
  private readonly topics: ReadonlySet<string>
  private texts: Readonly<Record<string, string>> | undefined

  constructor(file: string, topics: ReadonlySet<string>) {
    this.file = file
    this.topics = topics
  }

  get metadata(): Readonly<Record<string, string>> {
    if (this.texts === undefined) {
      // Ours stand before the first message; other programs may move them behind the last.
      for (const _ of this.messages) if (this.texts !== undefined) break
    }
    this.texts ??= {}
    return this.texts
  }

  private *read(): Generator<ReadMessage> {
    const reader = new McapStreamReader()
    const schemas = new Map<number, string>()
    const channels = new Map<number, { topic: string; type: RosType }>()
    try {
      for (const record of recordsOf(this.file, reader)) {
        if (record.type === 'Schema') schemas.set(record.id, record.name)
        if (record.type === 'Channel' && this.topics.has(record.topic)) {
          const type = rosType(schemas.get(record.schemaId)!.replace('/msg/', '/'))
          channels.set(record.id, { topic: record.topic, type })
        }
        if (record.type === 'Metadata' && record.name === 'sim2arm') {
          this.texts = Object.fromEntries(record.metadata)
        }
        if (record.type !== 'Message') continue
        const channel = channels.get(record.channelId)
        if (channel === undefined) continue
        const epochS = Number(record.logTime) / 1e9
        yield { topic: channel.topic, epochS, message: channel.type.decode(record.data) }
      }
    } catch (cause) {
      const message = `cannot read ${this.file}: ${reasonOf(this.file, cause)}`
      throw new CodedError('BRIDGE_RECORDING_INVALID', message, { hint: HINT, cause })
    }
    this.isComplete = reader.done()
  }
}

function* recordsOf(file: string, reader: McapStreamReader) {
  let isFirst = true
  for (const bytes of piecesOf(file)) {
    if (isFirst && !MAGIC.subarray(0, bytes.length).equals(bytes.subarray(0, MAGIC.length))) {
      throw new Error('it is no MCAP')
    }
    isFirst = false
    reader.append(bytes)
    for (let record = reader.nextRecord(); record; record = reader.nextRecord()) yield record
  }
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
