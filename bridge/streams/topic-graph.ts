import { CodedError } from '../../configs/load/coded-error.ts'
import type { Message, MessageType } from './messages.ts'
import type { Stream, Subscription } from './stream.ts'

/** A message of any topic, as a bridge to a wire sees it. */
export type AnyMessageListener = (type: MessageType, message: unknown) => void

interface Topic {
  /** Null until somebody names one: the first publisher or typed subscriber. */
  type: MessageType | null
  latest: unknown
  readonly listeners: Set<AnyMessageListener>
}

export interface TopicGraphOptions {
  /** Topics whose newest message a late subscriber gets at once, such as `/goal/pose`. */
  readonly latched?: readonly string[]
}

/** The topics of this process: a published message reaches its subscribers before `publish` returns. */
export class TopicGraph implements Stream {
  readonly #topics = new Map<string, Topic>()
  readonly #latched: ReadonlySet<string>

  constructor(options: TopicGraphOptions = {}) {
    this.#latched = new Set(options.latched)
  }

  /** Names and types of the topics that have a type, in order of appearance. */
  topics(): readonly { readonly name: string; readonly type: MessageType }[] {
    return [...this.#topics].flatMap(([name, { type }]) => (type === null ? [] : [{ name, type }]))
  }

  /** Topics with and without a type. */
  get size(): number {
    return this.#topics.size
  }

  has(topic: string): boolean {
    return this.#topics.has(topic)
  }

  typeOf(topic: string): MessageType | null {
    return this.#topics.get(topic)?.type ?? null
  }

  publish<T extends MessageType>(topic: string, type: T, message: Message<T>): void {
    const { listeners } = this.#typed(topic, type)
    if (this.#latched.has(topic)) this.#topics.get(topic)!.latest = message
    for (const listener of listeners) listener(type, message)
  }

  subscribe<T extends MessageType>(
    topic: string,
    type: T,
    onMessage: (message: Message<T>) => void,
  ): Subscription {
    this.#typed(topic, type)
    return this.subscribeAny(topic, (_type, message) => onMessage(message as Message<T>))
  }

  /** Every message of a topic whose type may not be known yet. */
  subscribeAny(topic: string, listener: AnyMessageListener): Subscription {
    const { listeners, type, latest } = this.#topic(topic)
    // A function of its own, so that one listener may subscribe twice.
    const own: AnyMessageListener = (each, message) => listener(each, message)
    listeners.add(own)
    if (type !== null && latest !== undefined) own(type, latest)
    return { close: () => listeners.delete(own) }
  }

  /** Fixes the type of a topic. Throws BRIDGE_USAGE when it has another one. */
  advertise(topic: string, type: MessageType): void {
    this.#typed(topic, type)
  }

  #topic(name: string): Topic {
    let topic = this.#topics.get(name)
    if (topic === undefined) {
      topic = { type: null, latest: undefined, listeners: new Set() }
      this.#topics.set(name, topic)
    }
    return topic
  }

  #typed(name: string, type: MessageType): Topic {
    const topic = this.#topic(name)
    topic.type ??= type
    if (topic.type !== type) {
      throw new CodedError('BRIDGE_USAGE', `topic ${name} carries ${topic.type}, not ${type}`)
    }
    return topic
  }
}
