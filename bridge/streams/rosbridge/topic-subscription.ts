import type { EventClock } from '../../../robot/model/clock.ts'
import { absoluteName, type MessageType } from '../messages.ts'
import type { Subscription } from '../stream.ts'
import { ThrottledQueue } from '../throttled-queue.ts'
import type { TopicGraph } from '../topic-graph.ts'
import type { Frame, FrameEncoder } from './frame-encoder.ts'
import type { ClientOperation, Compression } from './operations.schema.ts'

type Subscribe = Extract<ClientOperation, { op: 'subscribe' }>

export interface TopicSubscriptionOptions {
  readonly graph: TopicGraph
  readonly clock: EventClock
  readonly encoder: FrameEncoder
  readonly send: (frame: Frame) => boolean
}

const MAX_QUEUE = 1000
/** The first that one of the wishes names. */
const PREFERRED: readonly Compression[] = ['cbor-raw', 'cbor', 'png']

interface Waiting {
  readonly type: MessageType
  readonly message: unknown
}

/**
 * What one client hears of one topic, however often it subscribed: one stream, as often as the quickest of its
 * wishes, in pieces of the smallest, from the longest queue.
 */
export class TopicSubscription {
  /** As the client writes it: that is where it listens. */
  readonly #topic: string
  readonly #options: TopicSubscriptionOptions
  readonly #wishes: Subscribe[] = []
  readonly #queue: ThrottledQueue<Waiting>
  #subscription: Subscription | undefined
  #compression: Compression = 'none'
  #fragmentSize: number | undefined

  constructor(topic: string, options: TopicSubscriptionOptions) {
    this.#topic = topic
    this.#options = options
    const open = { clock: options.clock, periodS: 0, length: 0 }
    this.#queue = new ThrottledQueue<Waiting>(open, (waiting) => this.#deliver(waiting))
  }

  /** How many wishes it serves. */
  get size(): number {
    return this.#wishes.length
  }

  add(wish: Subscribe): void {
    this.#wishes.push(wish)
    this.#settle()
    this.#subscription ??= this.#options.graph.subscribeAny(
      absoluteName(this.#topic),
      (type, message) => this.#queue.push({ type, message }),
    )
  }

  /** With an id that one wish, without one all. */
  remove(id: Subscribe['id']): void {
    const kept = this.#wishes.filter((wish) => id !== undefined && wish.id !== id)
    this.#wishes.splice(0, this.#wishes.length, ...kept)
    if (kept.length === 0) this.close()
    else this.#settle()
  }

  close(): void {
    this.#subscription?.close()
    this.#queue.close()
  }

  #settle(): void {
    const wishes = this.#wishes
    const sizes = wishes.flatMap(({ fragment_size: size }) => (size == null ? [] : [size]))
    this.#fragmentSize = sizes.length === 0 ? undefined : Math.min(...sizes)
    const asked = new Set(wishes.map(({ compression }) => compression))
    this.#compression = PREFERRED.find((each) => asked.has(each)) ?? 'none'
    this.#queue.configure({
      periodS: Math.min(...wishes.map((wish) => wish.throttle_rate)) / 1000,
      length: Math.min(MAX_QUEUE, Math.max(...wishes.map((wish) => wish.queue_length))),
    })
  }

  #deliver({ type, message }: Waiting): void {
    const { encoder, send } = this.#options
    const published = { topic: this.#topic, type, message }
    for (const frame of encoder.encode(published, this.#compression, this.#fragmentSize)) {
      if (!send(frame)) return
    }
  }
}
