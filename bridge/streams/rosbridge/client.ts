import type { z } from 'zod'
import type { EventClock } from '../../../robot/model/clock.ts'
import { decodeMessage, type Message, type MessageType, shortTypeName } from '../messages.ts'
import { SocketLine } from '../socket-line.ts'
import type { Stream, Subscription } from '../stream.ts'
import { FragmentStore } from './fragments.ts'
import { type clientOperation, serverOperation } from './operations.schema.ts'
import { ServiceCalls, type ServiceHandler } from './service-calls.ts'

export interface RosbridgeClientOptions {
  /** `ws://host:port`, or with `?token=…` behind it */
  readonly url: string
  readonly clock: EventClock
  /** Told whenever the connection comes or goes. */
  readonly onConnection?: (isConnected: boolean) => void
  /** What the server complains about. */
  readonly onStatus?: (level: string, message: string) => void
}

/** Messages that never reached a subscriber or the server, and why. */
export interface RosbridgeCounts {
  notConnected: number
  slowServer: number
  malformed: number
}

const MAX_WAITING_BYTES = 256 << 10

/** As a client writes it: what has a default may be left out. */
type Sent = z.input<typeof clientOperation>

/** How often, and how much at once, a server sends a topic. The first subscriber of a topic decides. */
export interface TopicPace {
  /** Least time between two messages [s]. */
  readonly periodS?: number
  /** Messages that the server keeps meanwhile, the oldest go first. */
  readonly queueLength?: number
  /** Longest frame, in characters: larger ones come in pieces. */
  readonly fragmentSize?: number
}

interface Listener {
  readonly pace: TopicPace
  readonly type: MessageType
  readonly onMessage: (message: never) => void
}

/**
 * Topics of a rosbridge v2 server. Connects again for ever, with growing waits, and then advertises and
 * subscribes again; what is published meanwhile is dropped, since an old command is worse than none.
 */
export class RosbridgeClient implements Stream {
  readonly counts: RosbridgeCounts = { notConnected: 0, slowServer: 0, malformed: 0 }
  readonly #options: RosbridgeClientOptions
  readonly #line: SocketLine
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #advertised = new Map<string, MessageType>()
  readonly #fragments = new FragmentStore()
  readonly #services: ServiceCalls
  #reason = ''
  #complaint = ''

  constructor(options: RosbridgeClientOptions) {
    this.#options = options
    this.#services = new ServiceCalls(options.clock, (operation) => this.#send(operation))
    this.#line = new SocketLine({
      url: options.url,
      clock: options.clock,
      expected: 'a rosbridge server',
      hint: 'is it running? sim2arm twin serves one; on a robot: ros2 launch rosbridge_server',
      onOpen: () => this.#begin(),
      onFrame: (frame) => this.#receive(String(frame)),
      onLost: () => {
        this.#services.interrupt()
        options.onConnection?.(false)
      },
    })
  }

  get isConnected(): boolean {
    return this.#line.isConnected
  }

  /** What came and was no such message, and what the server complains of; undefined: nothing. */
  get trouble(): string | undefined {
    const { malformed } = this.counts
    const parts = [
      ...(malformed === 0 ? [] : [`${malformed} malformed, the last one at ${this.#reason}`]),
      ...(this.#complaint === '' ? [] : [`the server says: ${this.#complaint}`]),
    ]
    return parts.length === 0 ? undefined : parts.join('; ')
  }

  /** Resolves once connected. Throws BRIDGE_CONNECTION_LOST after `timeoutS`, `signal`'s reason on abort. */
  ready(timeoutS: number, signal?: AbortSignal): Promise<void> {
    return this.#line.ready(timeoutS, signal)
  }

  publish<T extends MessageType>(topic: string, type: T, message: Message<T>): void {
    if (this.#advertised.get(topic) !== type) {
      this.#advertised.set(topic, type)
      this.#advertise(topic, type)
    }
    if (!this.isConnected) this.counts.notConnected++
    else if (this.#line.numWaiting > MAX_WAITING_BYTES) this.counts.slowServer++
    else this.#send({ op: 'publish', topic, msg: message })
  }

  subscribe<T extends MessageType>(
    topic: string,
    type: T,
    onMessage: (message: Message<T>) => void,
    pace: TopicPace = {},
  ): Subscription {
    const listener: Listener = { type, pace, onMessage }
    const listeners = this.#listeners.get(topic) ?? new Set()
    const isFirst = listeners.size === 0
    this.#listeners.set(topic, listeners.add(listener))
    if (isFirst) this.#subscribe(topic, listener)
    return {
      close: () => {
        if (!listeners.delete(listener) || listeners.size > 0) return
        this.#listeners.delete(topic)
        this.#send({ op: 'unsubscribe', topic })
      },
    }
  }

  /** Says that nothing more will be published on a topic. */
  unadvertise(topic: string): void {
    if (this.#advertised.delete(topic)) this.#send({ op: 'unadvertise', topic })
  }

  /** The answer of a service. Throws BRIDGE_CONNECTION_LOST when it says no, or nothing in time. */
  async callService(service: string, args: unknown, timeoutS: number): Promise<unknown> {
    if (!this.isConnected) throw this.#line.nobody()
    return this.#services.call(service, args, timeoutS)
  }

  /** Answers calls of a service from now on, also after the connection came back. */
  offerService(service: string, type: string, handler: ServiceHandler): Subscription {
    return this.#services.offer({ service, type, handler })
  }

  /** Ends the connection for good. */
  close(): void {
    this.#line.close()
  }

  #begin(): void {
    for (const [topic, type] of this.#advertised) this.#advertise(topic, type)
    for (const [topic, listeners] of this.#listeners) {
      const [first] = listeners
      if (first !== undefined) this.#subscribe(topic, first)
    }
    this.#services.resume()
    this.#options.onConnection?.(true)
  }

  #receive(text: string): void {
    const operation = parseOperation(text)
    switch (operation?.op) {
      case undefined:
        this.counts.malformed++
        return
      case 'status':
        if (operation.level === 'error') this.#complaint = operation.msg
        this.#options.onStatus?.(operation.level, operation.msg)
        return
      case 'service_response':
        this.#services.settle(operation)
        return
      case 'call_service':
        this.#services.serve(operation)
        return
      case 'fragment': {
        const whole = this.#fragments.add(operation)
        if (whole !== null && !whole.includes('"op":"fragment"')) this.#receive(whole)
        return
      }
      case 'publish':
        this.#hand(operation.topic, operation.msg)
    }
  }

  #hand(topic: string, raw: unknown): void {
    for (const { type, onMessage } of this.#listeners.get(topic) ?? []) {
      const decoded = decodeMessage(type, raw)
      if (decoded.kind === 'malformed') {
        this.counts.malformed++
        this.#reason = decoded.reason
      } else onMessage(decoded.message as never)
    }
  }

  #advertise(topic: string, type: MessageType): void {
    this.#send({ op: 'advertise', topic, type: shortTypeName(type) })
  }

  #subscribe(topic: string, { type, pace }: Listener): void {
    this.#send({
      op: 'subscribe',
      topic,
      type: shortTypeName(type),
      throttle_rate: Math.round(1000 * (pace.periodS ?? 0)),
      queue_length: pace.queueLength ?? 0,
      ...(pace.fragmentSize !== undefined && { fragment_size: pace.fragmentSize }),
    })
  }

  #send(operation: Sent): void {
    this.#line.send(JSON.stringify(operation))
  }
}

function parseOperation(text: string) {
  try {
    return serverOperation.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
