import type { EventClock } from '../../robot/model/clock.ts'
import { decodeMessage, messageType } from './messages.ts'
import {
  type ClientOperation,
  clientOperation,
  type ServerOperation,
} from './rosbridge-operations.schema.ts'
import type { Subscription } from './stream.ts'
import { ThrottledQueue } from './throttled-queue.ts'
import type { TopicGraph } from './topic-graph.ts'

/** Answers a service call; may throw, the caller gets the message. */
export type Service = (args: unknown) => unknown

export interface RosbridgeSessionOptions {
  readonly graph: TopicGraph
  readonly clock: EventClock
  /** Hands a frame to the wire; false when the wire is too slow and the frame was dropped. */
  readonly send: (text: string) => boolean
  readonly services?: Readonly<Record<string, Service>>
}

type Operation<Op extends ClientOperation['op']> = Extract<ClientOperation, { op: Op }>
type Id = ClientOperation['id']

interface ClientSubscription {
  readonly id: Id
  readonly subscription: Subscription
  readonly queue: ThrottledQueue<string>
}

const MAX_SUBSCRIPTIONS = 100
const LEVELS = { none: 0, error: 1, warning: 2, info: 3 } as const

/** One rosbridge client as the server sees it: texts in, texts out, no socket. */
export class RosbridgeSession {
  readonly #options: RosbridgeSessionOptions
  readonly #subscriptions = new Map<string, ClientSubscription[]>()
  #level: keyof typeof LEVELS = 'error'

  constructor(options: RosbridgeSessionOptions) {
    this.#options = options
  }

  /** Takes one frame. Whatever is wrong with it is answered with a status, never thrown. */
  receive(text: string): void {
    let raw: unknown
    try {
      raw = JSON.parse(text)
    } catch {
      this.#fail(undefined, 'expected JSON')
      return
    }
    const parsed = clientOperation.safeParse(raw)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!
      const { id } = (raw ?? {}) as { id?: unknown }
      const place = issue.path.map(String).join('.') || 'frame'
      this.#fail(typeof id === 'string' ? id : undefined, `${place}: ${issue.message}`)
      return
    }
    this.#perform(parsed.data)
  }

  close(): void {
    for (const entries of this.#subscriptions.values()) entries.forEach(closeSubscription)
    this.#subscriptions.clear()
  }

  #perform(operation: ClientOperation): void {
    switch (operation.op) {
      case 'advertise':
        this.#claim(operation.id, operation.topic, operation.type)
        return
      case 'unadvertise':
        // A topic keeps its type: others may publish it too.
        return
      case 'publish':
        this.#publish(operation)
        return
      case 'subscribe':
        this.#subscribe(operation)
        return
      case 'unsubscribe':
        this.#unsubscribe(operation)
        return
      case 'call_service':
        this.#callService(operation)
        return
      case 'set_level':
        this.#level = operation.level
    }
  }

  /** The topic carries, or from now on will carry, `type`. */
  #claim(id: Id, topic: string, type: string): boolean {
    const known = messageType(type)
    if (known === null) {
      this.#fail(id, `${topic}: type ${type} is not known here`)
      return false
    }
    const existing = this.#options.graph.typeOf(topic)
    if (existing !== null && existing !== known) {
      this.#fail(id, `${topic} carries ${existing}, not ${type}`)
      return false
    }
    this.#options.graph.advertise(topic, known)
    return true
  }

  #publish({ id, topic, msg }: Operation<'publish'>): void {
    const { graph } = this.#options
    const type = graph.typeOf(topic)
    if (type === null) {
      this.#fail(id, `${topic} is not advertised: its type is not known`)
      return
    }
    const decoded = decodeMessage(type, msg)
    if (decoded.kind === 'malformed') this.#fail(id, `${topic}: ${decoded.reason}`)
    else graph.publish(topic, type, decoded.message)
  }

  #subscribe(operation: Operation<'subscribe'>): void {
    const { id, topic, type, throttle_rate, queue_length } = operation
    const { graph, clock } = this.#options
    if (type !== undefined && !this.#claim(id, topic, type)) return
    const entries = this.#subscriptions.get(topic) ?? []
    const count = [...this.#subscriptions.values()].reduce((sum, each) => sum + each.length, 0)
    if (count >= MAX_SUBSCRIPTIONS) {
      this.#fail(id, `more than ${MAX_SUBSCRIPTIONS} subscriptions`)
      return
    }
    const queue = new ThrottledQueue<string>(
      { clock, periodS: throttle_rate / 1000, length: Math.min(queue_length, 1000) },
      (text) => this.#options.send(text),
    )
    const subscription = graph.subscribeAny(topic, (_type, msg) => {
      queue.push(JSON.stringify({ op: 'publish', topic, msg } satisfies ServerOperation))
    })
    entries.push({ id, subscription, queue })
    this.#subscriptions.set(topic, entries)
  }

  /** With an id that one subscription, without one all of the topic. */
  #unsubscribe({ id, topic }: Operation<'unsubscribe'>): void {
    const entries = this.#subscriptions.get(topic) ?? []
    const kept = entries.filter((entry) => id !== undefined && entry.id !== id)
    for (const entry of entries) if (!kept.includes(entry)) closeSubscription(entry)
    if (kept.length > 0) this.#subscriptions.set(topic, kept)
    else this.#subscriptions.delete(topic)
  }

  #callService({ id, service, args }: Operation<'call_service'>): void {
    const { services = {} } = this.#options
    const answer = (result: boolean, values: unknown) =>
      this.#send({ op: 'service_response', id, service, values, result })
    if (!Object.hasOwn(services, service)) {
      answer(false, `service ${service} does not exist`)
      return
    }
    try {
      answer(true, services[service]!(args) ?? {})
    } catch (error) {
      answer(false, error instanceof Error ? error.message : String(error))
    }
  }

  #fail(id: Id, message: string): void {
    if (LEVELS[this.#level] < LEVELS.error) return
    this.#send({ op: 'status', id, level: 'error', msg: message })
  }

  #send(operation: ServerOperation): void {
    this.#options.send(JSON.stringify(operation))
  }
}

function closeSubscription({ subscription, queue }: ClientSubscription): void {
  subscription.close()
  queue.close()
}
