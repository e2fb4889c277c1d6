import type { EventClock } from '../../../robot/model/clock.ts'
import { stampOf } from '../../recording/ros-values.ts'
import type { ClientRights } from '../client-rights.ts'
import { absoluteName, decodeMessage, type MessageType, messageType } from '../messages.ts'
import { readOperation } from '../read-operation.ts'
import type { ServiceDirectory } from '../service-directory.ts'
import type { TopicGraph } from '../topic-graph.ts'
import { FragmentStore, fragmentText } from './fragments.ts'
import { type Frame, type FrameEncoder, pngFrame } from './frame-encoder.ts'
import { OfferedServices } from './offered-services.ts'
import { type ClientOperation, clientOperation, type ServerOperation } from './operations.schema.ts'
import { TopicSubscription } from './topic-subscription.ts'

export interface RosbridgeSessionOptions {
  readonly graph: TopicGraph
  readonly clock: EventClock
  /** Seconds since 1970: the time of stamps that clients leave out. */
  readonly epochNow: () => number
  readonly encoder: FrameEncoder
  readonly services: ServiceDirectory
  readonly rights: ClientRights
  /** Hands a frame to the wire; false when the wire is too slow and the frame was dropped. */
  readonly send: (frame: Frame) => boolean
  /** Whether an `auth` operation is genuine. Undefined where everybody is welcome, or known already. */
  readonly authenticate?: (operation: Operation<'auth'>) => boolean
}

type Operation<Op extends ClientOperation['op']> = Extract<ClientOperation, { op: Op }>
type Id = ClientOperation['id']

const MAX_SUBSCRIPTIONS = 100
const MAX_TOPICS = 1000
const LEVELS = { none: 0, error: 1, warning: 2, info: 3 } as const

/** One rosbridge client as the server sees it: frames in, frames out, no socket. */
export class RosbridgeSession {
  readonly #options: RosbridgeSessionOptions
  readonly #subscriptions = new Map<string, TopicSubscription>()
  readonly #advertised = new Set<string>()
  readonly #fragments = new FragmentStore()
  readonly #offered: OfferedServices
  #level: keyof typeof LEVELS = 'error'
  #isWelcome: boolean

  constructor(options: RosbridgeSessionOptions) {
    this.#options = options
    this.#isWelcome = options.authenticate === undefined
    this.#offered = new OfferedServices(options.services, (call) => this.#send(call))
  }

  /** Whether the client may do more than authenticate. */
  get isWelcome(): boolean {
    return this.#isWelcome
  }

  /** Takes one frame. Whatever is wrong with it is answered with a status, never thrown. */
  receive(text: string): void {
    const read = readOperation(clientOperation, text)
    if (read.kind === 'operation') {
      this.#perform(read.operation)
      return
    }
    const { id } = (read.raw ?? {}) as { id?: unknown }
    this.#fail(typeof id === 'string' ? id : undefined, read.reason)
  }

  close(): void {
    for (const subscription of this.#subscriptions.values()) subscription.close()
    this.#subscriptions.clear()
    this.#offered.close()
    this.#options.rights.leave(this)
  }

  #perform(operation: ClientOperation): void {
    if (operation.op === 'auth') {
      this.#isWelcome ||= this.#options.authenticate?.(operation) ?? true
      if (!this.#isWelcome) this.#fail(operation.id, 'authentication failed')
      return
    }
    if (!this.#isWelcome) {
      this.#fail(operation.id, 'authenticate first')
      return
    }
    switch (operation.op) {
      case 'advertise':
        if (this.#claim(operation.id, operation.topic, operation.type))
          this.#advertised.add(operation.topic)
        return
      case 'unadvertise':
        // A topic keeps its type: others may publish it too.
        if (!this.#advertised.delete(operation.topic))
          this.#warn(operation.id, `${operation.topic} is not advertised by you`)
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
      case 'advertise_service':
        this.#complain(operation.id, this.#offered.offer(operation.service))
        return
      case 'unadvertise_service':
        this.#complain(operation.id, this.#offered.withdraw(operation.service))
        return
      case 'service_response':
        this.#offered.answer(operation)
        return
      case 'fragment': {
        const whole = this.#fragments.add(operation)
        // A fragment of a fragment is nobody's message.
        if (whole !== null && !whole.includes('"op":"fragment"')) this.receive(whole)
        return
      }
      case 'set_level':
        this.#level = operation.level
    }
  }

  /** The topic carries, or from now on will carry, `type`. */
  #claim(id: Id, given: string, type: string): boolean {
    const topic = absoluteName(given)
    const known = messageType(type)
    if (known === null) {
      this.#fail(id, `${topic}: type ${type} is not known here`)
      return false
    }
    if (!this.#hasRoom(id, topic)) return false
    const existing = this.#options.graph.typeOf(topic)
    if (existing !== null && existing !== known) {
      this.#fail(id, `${topic} carries ${existing}, not ${type}`)
      return false
    }
    this.#options.graph.advertise(topic, known)
    return true
  }

  /** Topics stay: clients may not name ever more of them. */
  #hasRoom(id: Id, topic: string): boolean {
    const { graph } = this.#options
    if (graph.has(topic) || graph.size < MAX_TOPICS) return true
    this.#fail(id, `more than ${MAX_TOPICS} topics`)
    return false
  }

  #publish({ id, topic: given, msg }: Operation<'publish'>): void {
    const { graph, rights } = this.#options
    const topic = absoluteName(given)
    const type = graph.typeOf(topic)
    if (type === null) {
      this.#fail(id, `${topic} is not advertised: its type is not known`)
      return
    }
    const decoded = decodeMessage(type, this.#stamped(type, msg))
    if (decoded.kind === 'malformed') {
      this.#fail(id, `${topic}: ${decoded.reason}`)
      return
    }
    const refusal = rights.refusal(this, topic, decoded.message)
    if (refusal !== null) this.#fail(id, refusal)
    else graph.publish(topic, type, decoded.message)
  }

  /** A message without a header, or a header without a stamp, is from now. */
  #stamped(type: MessageType, msg: unknown): unknown {
    if (!STAMPED.has(type) || typeof msg !== 'object' || msg === null) return msg
    const { header } = msg as { header?: object }
    if (header !== undefined && 'stamp' in header) return msg
    return { ...msg, header: { frame_id: '', ...header, stamp: stampOf(this.#options.epochNow()) } }
  }

  #subscribe(operation: Operation<'subscribe'>): void {
    const { id, topic, type } = operation
    if (
      type === undefined ? !this.#hasRoom(id, absoluteName(topic)) : !this.#claim(id, topic, type)
    )
      return
    const count = [...this.#subscriptions.values()].reduce((sum, { size }) => sum + size, 0)
    if (count >= MAX_SUBSCRIPTIONS) {
      this.#fail(id, `more than ${MAX_SUBSCRIPTIONS} subscriptions`)
      return
    }
    const known = this.#subscriptions.get(topic)
    const subscription = known ?? new TopicSubscription(topic, this.#options)
    this.#subscriptions.set(topic, subscription)
    subscription.add(operation)
  }

  #unsubscribe({ id, topic }: Operation<'unsubscribe'>): void {
    const subscription = this.#subscriptions.get(topic)
    subscription?.remove(id)
    if (subscription?.size === 0) this.#subscriptions.delete(topic)
  }

  #callService(operation: Operation<'call_service'>): void {
    const { id, service, args, compression, fragment_size: size, timeout } = operation
    const answer = (result: boolean, values: unknown) => {
      const text = JSON.stringify({ op: 'service_response', id, service, values, result })
      if (compression === 'png') this.#options.send(pngFrame(text))
      else
        for (const part of fragmentText(text, size ?? text.length, String(id)))
          this.#options.send(part)
    }
    this.#options.services.call(service, args, answer, timeout ?? undefined)
  }

  #complain(id: Id, reason: string | null): void {
    if (reason !== null) this.#fail(id, reason)
  }

  #fail(id: Id, msg: string): void {
    this.#tell('error', id, msg)
  }

  #warn(id: Id, msg: string): void {
    this.#tell('warning', id, msg)
  }

  #tell(level: 'error' | 'warning', id: Id, msg: string): void {
    if (LEVELS[this.#level] >= LEVELS[level]) this.#send({ op: 'status', id, level, msg })
  }

  #send(operation: ServerOperation): void {
    this.#options.send(JSON.stringify(operation))
  }
}

const STAMPED: ReadonlySet<MessageType> = new Set([
  'geometry_msgs/msg/PoseStamped',
  'sensor_msgs/msg/JointState',
])
