import type { Closable, Endpoint, RosPublisher } from './graph.ts'
import { messageCodec } from './message-codec.ts'
import { mismatch } from './qos.ts'

interface Publisher extends Endpoint {
  /** The newest, oldest first, for those who come later. */
  readonly kept: Uint8Array[]
}

interface Subscription extends Endpoint {
  /** Arrived and not yet taken; never more than its depth. */
  readonly waiting: Uint8Array[]
  readonly onBytes: (bytes: Uint8Array) => void
  isOpen: boolean
}

interface Topic {
  readonly publishers: Set<Publisher>
  readonly subscriptions: Set<Subscription>
}

/** The topics of a domain: who hears whom, histories, and what is kept for late comers. */
export class MemoryTopics {
  readonly #topics = new Map<string, Topic>()
  readonly #later: (run: () => void) => void
  readonly #soon: (run: () => void) => void
  /** Messages that a full history pushed out. */
  numDropped = 0

  /**
   * @param later - runs something after the time that a message takes
   * @param soon - runs something in a turn of its own
   */
  constructor(later: (run: () => void) => void, soon: (run: () => void) => void) {
    this.#later = later
    this.#soon = soon
  }

  advertise<Message>(topic: string, endpoint: Endpoint): RosPublisher<Message> {
    const codec = messageCodec(endpoint.type)
    const publisher: Publisher = { ...endpoint, kept: [] }
    const { publishers, subscriptions } = this.#topic(topic)
    publishers.add(publisher)
    const matched = () => [...subscriptions].filter((each) => isMatch(publisher, each))
    return {
      get numMatched() {
        return matched().length
      },
      publish: (message) => {
        if (!publishers.has(publisher)) return
        const bytes = codec.encode(message)
        keep(publisher, bytes)
        for (const subscription of matched()) this.#deliver(subscription, bytes)
      },
      close: () => void publishers.delete(publisher),
    }
  }

  subscribe(topic: string, endpoint: Endpoint, onMessage: (message: never) => void): Closable {
    const codec = messageCodec(endpoint.type)
    const { publishers, subscriptions } = this.#topic(topic)
    const subscription: Subscription = {
      ...endpoint,
      waiting: [],
      onBytes: (bytes) => onMessage(codec.decode(bytes) as never),
      isOpen: true,
    }
    subscriptions.add(subscription)
    if (endpoint.qos.durability === 'transientLocal') {
      for (const publisher of publishers) {
        if (!isMatch(publisher, subscription)) continue
        for (const bytes of publisher.kept) this.#deliver(subscription, bytes)
      }
    }
    return {
      close() {
        subscription.isOpen = false
        subscriptions.delete(subscription)
      },
    }
  }

  publishersOf(topic: string): Endpoint[] {
    return [...this.#topic(topic).publishers]
  }

  subscriptionsOf(topic: string): Endpoint[] {
    return [...this.#topic(topic).subscriptions]
  }

  #deliver(subscription: Subscription, bytes: Uint8Array): void {
    this.#later(() => {
      if (!subscription.isOpen) return
      subscription.waiting.push(bytes)
      if (subscription.waiting.length > subscription.qos.depth) {
        subscription.waiting.shift()
        this.numDropped++
      } else this.#soon(() => take(subscription))
    })
  }

  #topic(name: string): Topic {
    let topic = this.#topics.get(name)
    if (topic === undefined) {
      topic = { publishers: new Set(), subscriptions: new Set() }
      this.#topics.set(name, topic)
    }
    return topic
  }
}

function take(subscription: Subscription): void {
  const bytes = subscription.waiting.shift()
  if (bytes !== undefined && subscription.isOpen) subscription.onBytes(bytes)
}

function keep({ kept, qos }: Publisher, bytes: Uint8Array): void {
  if (qos.durability !== 'transientLocal') return
  kept.push(bytes)
  if (kept.length > qos.depth) kept.shift()
}

function isMatch(publisher: Endpoint, subscription: Endpoint): boolean {
  return publisher.type === subscription.type && mismatch(publisher.qos, subscription.qos) === null
}
