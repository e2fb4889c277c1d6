import { WebSocket } from 'ws'
import type { z } from 'zod'
import { CodedError } from '../../../configs/load/coded-error.ts'
import type { EventClock, ScheduledEvent } from '../../../robot/model/clock.ts'
import { decodeMessage, type Message, type MessageType, shortTypeName } from '../messages.ts'
import type { Stream, Subscription } from '../stream.ts'
import { FragmentStore } from './fragments.ts'
import { type clientOperation, serverOperation } from './operations.schema.ts'
import { ServiceCalls, type ServiceHandler } from './service-calls.ts'

export interface RosbridgeClientOptions {
  /** `ws://host:port` */
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

const MIN_WAIT_S = 0.1
const MAX_WAIT_S = 5
/** A connection on which nothing, not even the answer to a ping, came for this long is dead [s]. */
const SILENCE_S = 6
const PING_PERIOD_S = 2
const MAX_WAITING_BYTES = 256 << 10
const MAX_FRAME_BYTES = 1 << 20

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
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #advertised = new Map<string, MessageType>()
  readonly #fragments = new FragmentStore()
  readonly #services: ServiceCalls
  #socket: WebSocket | undefined
  #waitS = MIN_WAIT_S
  #heardS = 0
  #timer: ScheduledEvent | undefined
  #isClosed = false
  #waiters: ((error?: unknown) => void)[] = []

  constructor(options: RosbridgeClientOptions) {
    this.#options = options
    this.#services = new ServiceCalls(options.clock, (operation) => this.#send(operation))
    this.#connect()
  }

  get isConnected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN
  }

  /** Resolves once connected. Throws BRIDGE_CONNECTION_LOST after `timeoutS`, `signal`'s reason on abort. */
  async ready(timeoutS: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (this.isConnected) return
    const { clock, url } = this.#options
    const timer = clock.schedule(clock.now() + timeoutS, () => this.#settle(noServer(url)))
    const onAbort = () => this.#settle(signal!.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    await new Promise<void>((resolve, reject) => {
      this.#waiters.push((error) => (error === undefined ? resolve() : reject(error)))
    }).finally(() => {
      timer.cancel()
      signal?.removeEventListener('abort', onAbort)
    })
  }

  publish<T extends MessageType>(topic: string, type: T, message: Message<T>): void {
    if (this.#advertised.get(topic) !== type) {
      this.#advertised.set(topic, type)
      if (this.isConnected) this.#advertise(topic, type)
    }
    if (!this.isConnected) this.counts.notConnected++
    else if (this.#socket!.bufferedAmount > MAX_WAITING_BYTES) this.counts.slowServer++
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
    if (isFirst && this.isConnected) this.#subscribe(topic, listener)
    return {
      close: () => {
        if (!listeners.delete(listener) || listeners.size > 0) return
        this.#listeners.delete(topic)
        if (this.isConnected) this.#send({ op: 'unsubscribe', topic })
      },
    }
  }

  /** Says that nothing more will be published on a topic. */
  unadvertise(topic: string): void {
    if (this.#advertised.delete(topic) && this.isConnected) this.#send({ op: 'unadvertise', topic })
  }

  /** The answer of a service. Throws BRIDGE_CONNECTION_LOST when it says no, or nothing in time. */
  async callService(service: string, args: unknown, timeoutS: number): Promise<unknown> {
    if (!this.isConnected) throw noServer(this.#options.url)
    return this.#services.call(service, args, timeoutS)
  }

  /** Answers calls of a service from now on, also after the connection came back. */
  offerService(service: string, type: string, handler: ServiceHandler): Subscription {
    return this.#services.offer({ service, type, handler }, this.isConnected)
  }

  /** Ends the connection for good. */
  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#socket?.terminate()
    this.#settle(noServer(this.#options.url))
  }

  #connect(): void {
    const { url, clock } = this.#options
    const socket = new WebSocket(url, {
      handshakeTimeout: 3000,
      maxPayload: MAX_FRAME_BYTES,
      perMessageDeflate: false,
    })
    this.#socket = socket
    socket.on('open', () => this.#begin())
    socket.on('message', (bytes) => this.#receive(bytes.toString()))
    socket.on('pong', () => {
      this.#heardS = clock.now()
    })
    // `close` follows every error and brings the next attempt.
    socket.on('error', () => undefined)
    socket.on('close', () => this.#retry())
  }

  #begin(): void {
    this.#waitS = MIN_WAIT_S
    this.#heardS = this.#options.clock.now()
    for (const [topic, type] of this.#advertised) this.#advertise(topic, type)
    for (const [topic, listeners] of this.#listeners) {
      const [first] = listeners
      if (first !== undefined) this.#subscribe(topic, first)
    }
    this.#services.resume()
    this.#watch()
    this.#options.onConnection?.(true)
    this.#settle()
  }

  /** Pings until the server falls silent, then cuts the line. */
  #watch(): void {
    const { clock } = this.#options
    this.#timer = clock.schedule(clock.now() + PING_PERIOD_S, () => {
      if (clock.now() - this.#heardS > SILENCE_S) {
        this.#socket?.terminate()
        return
      }
      this.#socket?.ping()
      this.#watch()
    })
  }

  #retry(): void {
    const { clock, onConnection } = this.#options
    this.#timer?.cancel()
    this.#services.interrupt()
    if (this.#heardS !== 0) onConnection?.(false)
    this.#heardS = 0
    if (this.#isClosed) return
    this.#timer = clock.schedule(clock.now() + this.#waitS, () => this.#connect())
    this.#waitS = Math.min(2 * this.#waitS, MAX_WAIT_S)
  }

  #receive(text: string): void {
    this.#heardS = this.#options.clock.now()
    const operation = parseOperation(text)
    if (operation === null) {
      this.counts.malformed++
      return
    }
    switch (operation.op) {
      case 'status':
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
      if (decoded.kind === 'malformed') this.counts.malformed++
      else onMessage(decoded.message as never)
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
    if (this.isConnected) this.#socket!.send(JSON.stringify(operation))
  }

  #settle(error?: unknown): void {
    for (const waiter of this.#waiters.splice(0)) waiter(error)
  }
}

function parseOperation(text: string) {
  try {
    return serverOperation.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

function noServer(url: string): CodedError {
  return new CodedError('BRIDGE_CONNECTION_LOST', `expected a rosbridge server at ${url}`, {
    hint: 'is it running? sim2arm twin serves one; on a robot: ros2 launch rosbridge_server',
  })
}
