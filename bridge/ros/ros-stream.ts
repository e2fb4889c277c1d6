import { plainArrays } from '../recording/plain-arrays.ts'
import { decodeMessage, MESSAGE_TYPE, type Message, type MessageType } from '../streams/messages.ts'
import type { Stream, Subscription } from '../streams/stream.ts'
import type { Closable, RosNode, RosPublisher } from './graph.ts'
import type { MessageTypes } from './interfaces.ts'
import { COMMAND_QOS, LATCHED_QOS, type Qos, SENSOR_QOS, TF_QOS, TF_STATIC_QOS } from './qos.ts'

/** Events: one that is lost does not come again. */
const EVENTS = new Set<MessageType>([MESSAGE_TYPE.empty, MESSAGE_TYPE.bool])
/** The last message matters to those who come later. */
const LATCHED = new Set(['/goal/pose', '/emergency_stop'])

/**
 * Topics of ROS 2 as a stream. Poses are heard from any publisher; events are asked for again when lost. What is
 * latched (a goal, a stop) is also heard when it was published before: a second subscription asks for that, since one
 * that does would be deaf to publishers that do not latch.
 */
export class RosStream implements Stream {
  /** Messages that were no such message. */
  numMalformed = 0
  #reason = ''
  readonly #node: RosNode
  readonly #publishers = new Map<string, RosPublisher<never>>()

  constructor(node: RosNode) {
    this.#node = node
  }

  /** What came and was no such message; undefined: nothing. */
  get trouble(): string | undefined {
    return this.numMalformed === 0 ? undefined : this.#reason
  }

  /** Makes it known that a topic will be published: who listens finds it before the first message. */
  advertise(topic: string, type: MessageType): RosPublisher<never> {
    const known = this.#publishers.get(topic)
    if (known !== undefined) return known
    const qos = LATCHED.has(topic) ? LATCHED_QOS : COMMAND_QOS
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
    const subscriptions = [listen(qosOf(topic, type))]
    if (LATCHED.has(topic)) subscriptions.push(listen(LATCHED_QOS))
    return {
      close() {
        for (const subscription of subscriptions) subscription.close()
      },
    }
  }
}

function qosOf(topic: string, type: MessageType): Qos {
  if (type === MESSAGE_TYPE.tf) return topic === '/tf_static' ? TF_STATIC_QOS : TF_QOS
  return EVENTS.has(type) ? COMMAND_QOS : SENSOR_QOS
}
