import { CodedError } from '../../configs/load/coded-error.ts'
import { plainArrays } from '../recording/plain-arrays.ts'
import type {
  ActionHandlers,
  Closable,
  Endpoint,
  ParameterValue,
  RosActionClient,
  RosClient,
  RosNode,
  RosPublisher,
} from './graph.ts'
import type {
  ActionName,
  ActionTypes,
  MessageName,
  MessageTypes,
  ServiceName,
  ServiceTypes,
} from './interfaces.ts'
import { noAnswer } from './memory-services.ts'
import type { Qos } from './qos.ts'
import { openActionClient, openActionServer } from './rclnodejs-actions.ts'
import { endsLater, guarded } from './rclnodejs-guard.ts'
import type { RclEndpointInfo, RclNode, Rclnodejs, RclParameter } from './rclnodejs-module.ts'
import { parametersFor, type RosArgs } from './ros-args.ts'

/** `rcl_interfaces/msg/ParameterType`. */
const PARAMETER_TYPE = { boolean: 1, number: 3, string: 4, list: 9 } as const

/**
 * A node of rclnodejs. What it does strangely, and is dealt with here:
 * - An exception that leaves a callback goes through native code: callbacks are guarded and throw in a turn of their
 *   own.
 * - An entity that is used after its node was destroyed crashes the process: after `close` every call is empty.
 * - Messages are not checked unless asked for; NaN always passes.
 * - int64 values are bigint; float64[] arrives as Float64Array, and is sent as a plain list (`plainArrays`).
 * - Another process that is killed is noticed after ten seconds: whoever depends on messages watches their age.
 */
export class RclnodejsNode implements RosNode {
  readonly name: string
  readonly overrides: ReadonlyMap<string, ParameterValue>
  readonly #rcl: Rclnodejs
  readonly #node: RclNode
  readonly #isOpen = { value: true }

  /** @param args - `--ros-args`: rclnodejs itself reads only values for all nodes and for a bare name of a node */
  constructor(rcl: Rclnodejs, node: RclNode, args: RosArgs = { remaps: [], parameters: [] }) {
    this.#rcl = rcl
    this.#node = node
    this.name = node.getFullyQualifiedName()
    this.overrides = new Map([
      ...node
        .getParameterOverrides()
        .map(({ name, value }): [string, ParameterValue] => [name, plainValue(value)]),
      ...parametersFor(args, this.name),
    ])
    node.spin()
  }

  now(): number {
    return this.#isOpen.value ? Number(this.#node.now().nanoseconds) * 1e-9 : 0
  }

  resolve(name: string): string {
    return this.#node.resolveTopicName(name)
  }

  publisher<N extends MessageName>(
    type: N,
    topic: string,
    qos: Qos,
  ): RosPublisher<MessageTypes[N]> {
    const options = { qos: this.#qos(qos), validateMessages: true }
    const publisher = this.#node.createPublisher(type, topic, options)
    const isOpen = this.#isOpen
    return {
      get numMatched() {
        return isOpen.value ? publisher.subscriptionCount : 0
      },
      publish(message) {
        if (!isOpen.value) return
        try {
          publisher.publish(plainArrays(message))
        } catch (cause) {
          const reason = cause instanceof Error ? cause.message : String(cause)
          throw new CodedError('BRIDGE_ROS_INTERFACE', `${topic}: ${reason}`, { cause })
        }
      },
      close: this.#closer(() => this.#node.destroyPublisher(publisher)),
    }
  }

  subscribe<N extends MessageName>(
    type: N,
    topic: string,
    qos: Qos,
    onMessage: (message: MessageTypes[N]) => void,
  ): Closable {
    const subscription = this.#node.createSubscription(
      type,
      topic,
      { qos: this.#qos(qos) },
      this.#guarded((message) => onMessage(message as MessageTypes[N])),
    )
    return { close: this.#closer(() => this.#node.destroySubscription(subscription)) }
  }

  service<N extends ServiceName>(
    type: N,
    name: string,
    answer: (request: ServiceTypes[N]['request']) => ServiceTypes[N]['response'],
  ): Closable {
    const service = this.#node.createService(type, name, {}, (request, response) => {
      this.#guarded((value) =>
        response.send(plainArrays(answer(value as ServiceTypes[N]['request']))),
      )(request)
    })
    return { close: this.#closer(() => this.#node.destroyService(service)) }
  }

  client<N extends ServiceName>(type: N, name: string): RosClient<ServiceTypes[N]> {
    const client = this.#node.createClient(type, name, {})
    const isOpen = this.#isOpen
    return {
      get isReady() {
        return isOpen.value && client.isServiceServerAvailable()
      },
      call: async (request, timeoutS) => {
        if (!isOpen.value) throw noAnswer(name, timeoutS)
        const timeout = Math.round(timeoutS * 1000)
        const answer = client.sendRequestAsync(request, { timeout })
        return answer.catch((cause: unknown) => {
          throw noAnswer(name, timeoutS, cause)
        }) as Promise<ServiceTypes[N]['response']>
      },
      close: this.#closer(() => this.#node.destroyClient(client)),
    }
  }

  actionServer<N extends ActionName>(
    type: N,
    name: string,
    handlers: ActionHandlers<ActionTypes[N]>,
  ): Closable {
    const isOpen = this.#isOpen
    return openActionServer({ rcl: this.#rcl, node: this.#node, isOpen }, { type, name, handlers })
  }

  actionClient<N extends ActionName>(type: N, name: string): RosActionClient<ActionTypes[N]> {
    return openActionClient({ rcl: this.#rcl, node: this.#node, isOpen: this.#isOpen }, type, name)
  }

  declareParameter(name: string, value: ParameterValue): void {
    if (this.#node.hasParameter(name)) {
      throw new CodedError('BRIDGE_USAGE', `${this.name} has a parameter ${name} already`)
    }
    const kind = Array.isArray(value) ? 'list' : (typeof value as 'boolean' | 'number' | 'string')
    const type = PARAMETER_TYPE[kind]
    const parameter: RclParameter = new this.#rcl.Parameter(name, type, value)
    // Read at the start: `ros2 param set` is refused instead of doing nothing.
    const descriptor = new this.#rcl.ParameterDescriptor(name, type, 'read at the start', true)
    // The value says already what `--ros-args` said; an override of another numeric type would be refused.
    this.#node.declareParameter(parameter, descriptor, true)
  }

  publishersOf(topic: string): readonly Endpoint[] {
    if (!this.#isOpen.value) return []
    return this.#node.getPublishersInfoByTopic(topic).map((each) => this.#endpoint(each))
  }

  subscriptionsOf(topic: string): readonly Endpoint[] {
    if (!this.#isOpen.value) return []
    return this.#node.getSubscriptionsInfoByTopic(topic).map((each) => this.#endpoint(each))
  }

  close(): void {
    if (!this.#isOpen.value) return
    this.#isOpen.value = false
    this.#node.stop()
    this.#node.destroy()
  }

  #closer(end: () => void): () => void {
    return endsLater(this.#isOpen, end)
  }

  #guarded(run: (message: unknown) => void): (message: unknown) => void {
    return guarded(this.#isOpen, run)
  }

  #qos({ reliability, durability, depth }: Qos): object {
    const { HistoryPolicy, ReliabilityPolicy, DurabilityPolicy } = this.#rcl.QoS
    return new this.#rcl.QoS(
      HistoryPolicy.RMW_QOS_POLICY_HISTORY_KEEP_LAST,
      depth,
      reliability === 'reliable'
        ? ReliabilityPolicy.RMW_QOS_POLICY_RELIABILITY_RELIABLE
        : ReliabilityPolicy.RMW_QOS_POLICY_RELIABILITY_BEST_EFFORT,
      durability === 'transientLocal'
        ? DurabilityPolicy.RMW_QOS_POLICY_DURABILITY_TRANSIENT_LOCAL
        : DurabilityPolicy.RMW_QOS_POLICY_DURABILITY_VOLATILE,
    )
  }

  #endpoint({ node_name, node_namespace, topic_type, qos_profile }: RclEndpointInfo): Endpoint {
    const { ReliabilityPolicy, DurabilityPolicy } = this.#rcl.QoS
    const isReliable =
      qos_profile.reliability !== ReliabilityPolicy.RMW_QOS_POLICY_RELIABILITY_BEST_EFFORT
    const isLatched =
      qos_profile.durability === DurabilityPolicy.RMW_QOS_POLICY_DURABILITY_TRANSIENT_LOCAL
    return {
      node: `${node_namespace === '/' ? '' : node_namespace}/${node_name}`,
      type: topic_type,
      qos: {
        reliability: isReliable ? 'reliable' : 'bestEffort',
        durability: isLatched ? 'transientLocal' : 'volatile',
        depth: qos_profile.depth,
      },
    }
  }
}

function plainValue(value: unknown): ParameterValue {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return Array.from(value as ArrayLike<unknown>, String)
  }
  return value as ParameterValue
}
