import { plainArrays } from '../recording/plain-arrays.ts'
import { decodeMessage, MESSAGE_TYPE, type Message, type MessageType } from '../streams/messages.ts'
import type { Stream, Subscription } from '../streams/stream.ts'
import type { Closable, RosNode, RosPublisher } from './graph.ts'
import type { MessageTypes } from './interfaces.ts'
import {
  COMMAND_QOS,
  LATCHED_QOS,
  type Qos,
  SENSOR_QOS,
  STOP_QOS,
  TF_QOS,
  TF_STATIC_QOS,
} from './qos.ts'

/** The last message matters to those who come later. */
const LATCHED = ['/goal/pose', '/emergency_stop'] as const

/**
 * Topics of ROS 2 as a stream. Poses are heard from any publisher; a reset is asked for again when lost. A stop, which
 * may come twice, is heard from any publisher, asked for again, and also heard when it was published before. So is a
 * goal: a second subscription asks for that, since one that does would be deaf to publishers that do not latch.
 */
export class RosStream implements Stream {
  /** Messages that were no such message. */
  numMalformed = 0
  #reason = ''
  readonly #node: RosNode
  readonly #latched: ReadonlySet<string>
  readonly #publishers = new Map<string, RosPublisher<never>>()

  /** @param latched - topics whose last message matters to those who come later, beside those that are known */
  constructor(node: RosNode, latched: readonly string[] = []) {
    this.#node = node
    this.#latched = new Set([...LATCHED, ...latched])
  }

  /** What came and was no such message; undefined: nothing. */
  get trouble(): string | undefined {
    return this.numMalformed === 0 ? undefined : this.#reason
  }

  /** Makes it known that a topic will be published: who listens finds it before the first message. */
  advertise(topic: string, type: MessageType): RosPublisher<never> {
    const known = this.#publishers.get(topic)
    if (known !== undefined) return known
    const qos = this.#latched.has(topic) ? LATCHED_QOS : COMMAND_QOS
    const publisher = this.#node.publisher(type, topic, qos) as RosPublisher<never>
    this.#publishers.set(topic, publisher)
    return publisher
  }

  publish<T extends MessageType>(topic: string, type: T, message: Message<T>): void {
    this.advertise(topic, type).publish(message as never)
  }

  subscribe<T extends MessageType>(
    topic: string,
    type: T,
    onMessage: (message: Message<T>) => void,
  ): Subscription {
    const accept = (raw: MessageTypes[T]) => {
      const decoded = decodeMessage(type, plainArrays(raw))
      if (decoded.kind === 'message') onMessage(decoded.message)
      else {
        this.numMalformed++
        this.#reason = `${topic} is no ${type}: ${decoded.reason}`
      }
    }
    const listen = (qos: Qos): Closable => this.#node.subscribe(type, topic, qos, accept)
    const subscriptions = this.#waysToHear(topic, type).map(listen)
    return {
      close() {
        for (const subscription of subscriptions) subscription.close()
      },
    }
  }

  #waysToHear(topic: string, type: MessageType): readonly Qos[] {
    if (type === MESSAGE_TYPE.bool) return STOP_QOS
    if (type === MESSAGE_TYPE.tf) return [topic === '/tf_static' ? TF_STATIC_QOS : TF_QOS]
    // One that is lost does not come again.
    if (type === MESSAGE_TYPE.empty) return [COMMAND_QOS]
    return this.#latched.has(topic) ? [SENSOR_QOS, LATCHED_QOS] : [SENSOR_QOS]
  }
}
