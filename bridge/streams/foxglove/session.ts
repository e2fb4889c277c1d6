import { plainArrays } from '../../recording/plain-arrays.ts'
import { rosType } from '../../recording/ros-types.ts'
import type { ClientRights } from '../client-rights.ts'
import { decodeMessage, type MessageType, messageType, shortTypeName } from '../messages.ts'
import { readOperation } from '../read-operation.ts'
import { decodeClientData, encodeMessageData } from './binary.ts'
import type { ChannelList, OpenChannel, TimedPayload } from './channel-list.ts'
import { type ClientOperation, clientOperation, type ServerOperation } from './operations.schema.ts'

/** What a client says that this process listens to. */
export type ClientMessage = (topic: string, type: MessageType, message: unknown) => void

export interface FoxgloveSessionOptions {
  readonly channels: ChannelList
  readonly rights: ClientRights
  /** Topics that clients may publish, and their types. */
  readonly accepts: Readonly<Record<string, MessageType>>
  readonly onMessage: ClientMessage
  readonly info: Extract<ServerOperation, { op: 'serverInfo' }>
  /** Hands a frame to the wire; false when the wire is too slow and the frame was dropped. */
  readonly send: (frame: string | Uint8Array) => boolean
}

type Operation<Op extends ClientOperation['op']> = Extract<ClientOperation, { op: Op }>
type ClientChannel = Operation<'advertise'>['channels'][number]

const MAX_SUBSCRIPTIONS = 1000
const MAX_CHANNELS = 100
const ERROR = 2

/** One Foxglove client as the server sees it: frames in, frames out, no socket. */
export class FoxgloveSession {
  readonly #options: FoxgloveSessionOptions
  /** Channel to subscription, as a client has at most one of each. */
  readonly #subscriptions = new Map<number, number>()
  readonly #advertised = new Set<number>()
  readonly #clientChannels = new Map<number, ClientChannel>()
  #isGreeted = false

  constructor(options: FoxgloveSessionOptions) {
    this.#options = options
    this.announce()
  }

  /** Tells of channels that the client does not know yet; one that is behind hears of them later. */
  announce(): void {
    this.#isGreeted ||= this.#send(this.#options.info)
    const { channels } = this.#options
    if (!this.#isGreeted || channels.size === this.#advertised.size) return
    const unknown = channels
      .all()
      .map(({ channel }) => channel)
      .filter(({ id }) => !this.#advertised.has(id))
    if (!this.#send({ op: 'advertise', channels: unknown })) return
    for (const { id } of unknown) this.#advertised.add(id)
  }

  wants({ channel }: OpenChannel): boolean {
    return this.#subscriptions.has(channel.id)
  }

  deliver({ channel }: OpenChannel, { epochS, payload }: TimedPayload): void {
    const subscriptionId = this.#subscriptions.get(channel.id)
    if (subscriptionId === undefined) return
    this.#options.send(encodeMessageData({ subscriptionId, epochS, payload }))
  }

  /** Takes one frame. Whatever is wrong with it is answered with a status, never thrown. */
  receive(frame: string | Uint8Array): void {
    if (typeof frame !== 'string') {
      this.#publish(frame)
      return
    }
    const read = readOperation(clientOperation, frame)
    if (read.kind === 'operation') this.#perform(read.operation)
    else this.#fail(read.reason)
  }

  close(): void {
    this.#subscriptions.clear()
    this.#options.rights.leave(this)
  }

  #perform(operation: ClientOperation): void {
    switch (operation.op) {
      case 'subscribe':
        for (const { id, channelId } of operation.subscriptions) this.#subscribe(id, channelId)
        return
      case 'unsubscribe':
        for (const [channelId, id] of this.#subscriptions) {
          if (operation.subscriptionIds.includes(id)) this.#subscriptions.delete(channelId)
        }
        return
      case 'advertise':
        for (const channel of operation.channels) this.#advertise(channel)
        return
      case 'unadvertise':
        for (const id of operation.channelIds) this.#clientChannels.delete(id)
        return
      case 'clientInfo':
    }
  }

  #subscribe(id: number, channelId: number): void {
    const opened = this.#options.channels.byId(channelId)
    if (opened === undefined) this.#fail(`no channel ${channelId}`)
    else if (this.#subscriptions.has(channelId)) this.#fail(`channel ${channelId} is subscribed`)
    else if ([...this.#subscriptions.values()].includes(id)) this.#fail(`subscription ${id} exists`)
    else if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS) this.#fail('too many subscriptions')
    else {
      this.#subscriptions.set(channelId, id)
      if (opened.latest !== undefined) this.deliver(opened, opened.latest)
    }
  }

  #advertise(channel: ClientChannel): void {
    const { topic, schemaName } = channel
    const type = this.#acceptedType(topic)
    if (type === undefined) this.#fail(`${topic} is not taken from clients`)
    else if (messageType(schemaName) !== type)
      this.#fail(`${topic} carries ${type}, not ${schemaName}`)
    else if (this.#clientChannels.size >= MAX_CHANNELS) this.#fail('too many channels')
    else this.#clientChannels.set(channel.id, channel)
  }

  #publish(frame: Uint8Array): void {
    const sent = decodeClientData(frame)
    const channel = sent && this.#clientChannels.get(sent.channelId)
    if (!sent || !channel) {
      this.#fail(sent ? `channel ${sent.channelId} is not advertised` : 'expected message data')
      return
    }
    const { rights, onMessage } = this.#options
    const type = this.#acceptedType(channel.topic)!
    const raw = readPayload(channel, type, sent.payload)
    const decoded = decodeMessage(type, raw)
    if (decoded.kind === 'malformed') {
      this.#fail(`${channel.topic}: ${decoded.reason}`)
      return
    }
    const refusal = rights.refusal(this, channel.topic, decoded.message)
    if (refusal === null) onMessage(channel.topic, type, decoded.message)
    else this.#fail(refusal)
  }

  #acceptedType(topic: string): MessageType | undefined {
    const { accepts } = this.#options
    return Object.hasOwn(accepts, topic) ? accepts[topic] : undefined
  }

  #fail(message: string): void {
    this.#send({ op: 'status', level: ERROR, message })
  }

  #send(operation: ServerOperation): boolean {
    return this.#options.send(JSON.stringify(operation))
  }
}

/** Undefined for bytes that are no message. */
function readPayload({ encoding }: ClientChannel, type: MessageType, payload: Uint8Array): unknown {
  try {
    if (encoding === 'json') return JSON.parse(new TextDecoder().decode(payload))
    return plainArrays(rosType(shortTypeName(type)).decode(payload))
  } catch {
    return undefined
  }
}
