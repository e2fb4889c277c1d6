import { type IWritable, McapWriter } from '@mcap/core'
import type { RosType } from './ros-types.ts'
import { type RecordedMessage, type Topic, typeOfTopic } from './topics.ts'

/** A chunk is written when it has so many bytes: what a crash of the recorder can lose. */
const CHUNK_BYTES = 64 * 1024

interface Channel {
  readonly id: number
  readonly type: RosType
  sequence: number
}

/** Writes a recording: MCAP, profile `ros2`, messages in CDR; whole after `end`. One call at a time. */
export class McapRecording {
  private readonly writer: McapWriter
  private readonly channels = new Map<Topic, Channel>()

  constructor(writable: IWritable) {
    this.writer = new McapWriter({ writable, chunkSize: CHUNK_BYTES })
  }

  /** @param metadata - texts about the run, kept under the name `sim2arm` */
  async start(library: string, metadata: Readonly<Record<string, string>>): Promise<void> {
    await this.writer.start({ profile: 'ros2', library })
    await this.writer.addMetadata({
      name: 'sim2arm',
      metadata: new Map(Object.entries(metadata)),
    })
  }

  async add({ topic, epochS, message }: RecordedMessage): Promise<void> {
    const channel = this.channels.get(topic) ?? (await this.open(topic))
    const time = BigInt(Math.round(epochS * 1e9))
    await this.writer.addMessage({
      channelId: channel.id,
      sequence: channel.sequence++,
      logTime: time,
      publishTime: time,
      data: channel.type.encode(message),
    })
  }

  async end(): Promise<void> {
    await this.writer.end()
  }

  private async open(topic: Topic): Promise<Channel> {
    const type = typeOfTopic(topic)
    const schemaId = await this.writer.registerSchema({
      name: type.name,
      encoding: 'ros2msg',
      data: new TextEncoder().encode(type.schema),
    })
    const id = await this.writer.registerChannel({
      topic,
      schemaId,
      messageEncoding: 'cdr',
      metadata: new Map(),
    })
    const channel = { id, type, sequence: 0 }
    this.channels.set(topic, channel)
    return channel
  }
}
