import type { EventClock } from '../../../robot/model/clock.ts'
import { plainArrays } from '../../recording/plain-arrays.ts'
import { type RosType, rosType } from '../../recording/ros-types.ts'
import {
  decodeMessage,
  type Message,
  type MessageType,
  messageType,
  shortTypeName,
} from '../messages.ts'
import { SocketLine } from '../socket-line.ts'
import type { Subscription } from '../stream.ts'
import { decodeMessageData, SUBPROTOCOLS } from './binary.ts'
import { type Channel, serverOperation } from './operations.schema.ts'

export interface FoxgloveClientOptions {
  /** `ws://host:port` */
  readonly url: string
  readonly clock: EventClock
}

/** Messages that never reached a subscriber, and why. */
export interface FoxgloveCounts {
  malformed: number
  /** Channels of a topic that is listened to, with a type or an encoding that is not spoken here. */
  foreign: number
}

interface Listener {
  readonly type: MessageType
  readonly onMessage: (message: never) => void
}

interface Open {
  readonly topic: string
  readonly channelId: number
  readonly type: MessageType
  readonly encoding: string
  readonly codec: RosType
}

/** Topics of a Foxglove WebSocket server, such as foxglove_bridge. Connects again for ever. */
export class FoxgloveClient {
  readonly counts: FoxgloveCounts = { malformed: 0, foreign: 0 }
  readonly #line: SocketLine
  readonly #listeners = new Map<string, Set<Listener>>()
  /** Channels as the server offers them, by id. */
  readonly #channels = new Map<number, Channel>()
  /** By subscription id. */
  readonly #open = new Map<number, Open>()
  #numSubscriptions = 0
  /** Of the last message, or channel, that was none. */
  #reason = ''

  constructor({ clock, url }: FoxgloveClientOptions) {
    this.#line = new SocketLine({
      url,
      clock,
      subprotocols: SUBPROTOCOLS,
      expected: 'a Foxglove WebSocket server',
      hint: 'is it running? on a robot: ros2 run foxglove_bridge foxglove_bridge',
      onOpen: () => {
        this.#channels.clear()
        this.#open.clear()
      },
      onFrame: (frame) => this.#receive(frame),
      onLost: () => undefined,
    })
  }

  get isConnected(): boolean {
    return this.#line.isConnected
  }

  /** What came and was no such message; undefined: nothing. */
  get trouble(): string | undefined {
    const numWrong = this.counts.malformed + this.counts.foreign
    return numWrong === 0 ? undefined : this.#reason
  }

  /** Resolves once connected. Throws BRIDGE_CONNECTION_LOST after `timeoutS`, `signal`'s reason on abort. */
  ready(timeoutS: number, signal?: AbortSignal): Promise<void> {
    return this.#line.ready(timeoutS, signal)
  }

  /** Calls `onMessage` with each message that is a valid `type`, in order of arrival. */
  subscribe<T extends MessageType>(
    topic: string,
    type: T,
    onMessage: (message: Message<T>) => void,
  ): Subscription {
    const listener: Listener = { type, onMessage }
    const listeners = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, listeners.add(listener))
    for (const channel of this.#channels.values()) this.#join(channel)
    return { close: () => this.#leave(topic, listener) }
  }

  /** Ends the connection for good. */
  close(): void {
    this.#line.close()
  }

  #receive(frame: string | Uint8Array): void {
    if (typeof frame !== 'string') {
      this.#hand(frame)
      return
    }
    const operation = parseOperation(frame)
    if (operation === null) {
      this.counts.malformed++
      this.#reason = 'an operation that is none of the protocol'
    } else if (operation.op === 'advertise') {
      for (const channel of operation.channels) {
        this.#channels.set(channel.id, channel)
        this.#join(channel)
      }
    } else if (operation.op === 'unadvertise') {
      for (const id of operation.channelIds) this.#forget(id)
    }
  }

  /** Subscribes to a channel that somebody here listens to. */
  #join({ id: channelId, topic, encoding, schemaName }: Channel): void {
    const isKnown = [...this.#open.values()].some((each) => each.channelId === channelId)
    const [first] = this.#listeners.get(topic) ?? []
    if (isKnown || first === undefined) return
    const type = messageType(schemaName)
    if (type !== first.type || (encoding !== 'cdr' && encoding !== 'json')) {
      this.counts.foreign++
      this.#reason = `${topic} carries ${schemaName} as ${encoding}, not ${first.type}`
      return
    }
    const id = this.#numSubscriptions++
    const codec = rosType(shortTypeName(type))
    this.#open.set(id, { topic, channelId, type, encoding, codec })
    this.#send({ op: 'subscribe', subscriptions: [{ id, channelId }] })
  }

  #leave(topic: string, listener: Listener): void {
    const listeners = this.#listeners.get(topic)
    if (listeners?.delete(listener) !== true || listeners.size > 0) return
    this.#listeners.delete(topic)
    const ids = [...this.#open].filter(([, open]) => open.topic === topic).map(([id]) => id)
    for (const id of ids) this.#open.delete(id)
    this.#send({ op: 'unsubscribe', subscriptionIds: ids })
  }

  #forget(channelId: number): void {
    this.#channels.delete(channelId)
    for (const [id, open] of this.#open) if (open.channelId === channelId) this.#open.delete(id)
  }

  #hand(frame: Uint8Array): void {
    const data = decodeMessageData(frame)
    const open = data && this.#open.get(data.subscriptionId)
    if (!data || !open) return
    const decoded = decodeMessage(open.type, readPayload(open, data.payload))
    if (decoded.kind === 'malformed') {
      this.counts.malformed++
      this.#reason = `malformed at ${decoded.reason}`
    } else
      for (const { onMessage } of this.#listeners.get(open.topic) ?? [])
        onMessage(decoded.message as never)
  }

  #send(operation: object): void {
    this.#line.send(JSON.stringify(operation))
  }
}

/** Undefined for bytes that are no message. */
function readPayload({ codec, encoding }: Open, payload: Uint8Array): unknown {
  try {
    if (encoding === 'json') return JSON.parse(new TextDecoder().decode(payload))
    return plainArrays(codec.decode(payload))
  } catch {
    return undefined
  }
}

function parseOperation(text: string) {
  try {
    return serverOperation.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
