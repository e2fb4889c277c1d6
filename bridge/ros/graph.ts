import type {
  ActionName,
  ActionTypes,
  MessageName,
  MessageTypes,
  ServiceName,
  ServiceTypes,
} from './interfaces.ts'
import type { Qos } from './qos.ts'

/** Value of a node's parameter. */
export type ParameterValue = boolean | number | string | readonly string[]

/** Safe to close twice, and after its node. */
export interface Closable {
  close(): void
}

export interface RosPublisher<Message> extends Closable {
  /** Subscriptions that get what is published. */
  readonly numMatched: number
  /** Returns at once. Throws BRIDGE_ROS_INTERFACE for what is no such message. */
  publish(message: Message): void
}

export interface RosClient<Service extends { request: unknown; response: unknown }>
  extends Closable {
  /** Whether a server is there. */
  readonly isReady: boolean
  /** Rejects with BRIDGE_ROS_SILENT when no answer came for `timeoutS`. */
  call(request: Service['request'], timeoutS: number): Promise<Service['response']>
}

/** `action_msgs/msg/GoalStatus` of a goal that has ended. */
export type GoalEnd = 'succeeded' | 'canceled' | 'aborted'

export interface ClientGoal<Action extends { result: unknown }> {
  readonly isAccepted: boolean
  /** How an accepted goal ended; stays open for one that was refused. */
  readonly ended: Promise<{ readonly end: GoalEnd; readonly result: Action['result'] }>
  /** Asks the server to cancel; resolves with whether it will. */
  cancel(): Promise<boolean>
}

export interface RosActionClient<
  Action extends { goal: unknown; result: unknown; feedback: unknown },
> extends Closable {
  readonly isReady: boolean
  /** Resolves when the server has accepted or refused. */
  send(
    goal: Action['goal'],
    onFeedback?: (feedback: Action['feedback']) => void,
  ): Promise<ClientGoal<Action>>
}

/** An accepted goal as its server sees it; exactly one of the ends, once, counts. */
export interface ServerGoal<Action extends { goal: unknown; result: unknown; feedback: unknown }> {
  readonly goal: Action['goal']
  feedback(feedback: Action['feedback']): void
  succeed(result: Action['result']): void
  abort(result: Action['result']): void
}

export interface ActionHandlers<
  Action extends { goal: unknown; result: unknown; feedback: unknown },
> {
  /** Whether to accept. */
  request(goal: Action['goal']): boolean
  /** Called for each accepted goal; it executes from now on. */
  accepted(goal: ServerGoal<Action>): void
  /** Result with which the goal ends as canceled, or null to refuse. */
  cancel(goal: ServerGoal<Action>): Action['result'] | null
}

/** A publisher or subscription of any node. */
export interface Endpoint {
  /** Fully qualified name of its node. */
  readonly node: string
  readonly type: string
  readonly qos: Qos
}

/**
 * A node of a ROS 2 graph: real (`rclnodejs-graph.node.ts`) or inside this process (`memory-graph.ts`). Names are
 * relative, absolute or private (`~/name`) and go through the remapping of `--ros-args`. Callbacks come on the main
 * thread, between other events, never from inside a call to this interface.
 */
export interface RosNode {
  /** Fully qualified. */
  readonly name: string
  /** ROS time: seconds since 1970, or simulated time with `use_sim_time`. */
  now(): number
  /** The full name that a topic or service has after remapping. */
  resolve(name: string): string
  publisher<N extends MessageName>(type: N, topic: string, qos: Qos): RosPublisher<MessageTypes[N]>
  /** @param onMessage - sequences in a message may be memory that is used again: copy what is kept */
  subscribe<N extends MessageName>(
    type: N,
    topic: string,
    qos: Qos,
    onMessage: (message: MessageTypes[N]) => void,
  ): Closable
  service<N extends ServiceName>(
    type: N,
    name: string,
    answer: (request: ServiceTypes[N]['request']) => ServiceTypes[N]['response'],
  ): Closable
  client<N extends ServiceName>(type: N, name: string): RosClient<ServiceTypes[N]>
  actionServer<N extends ActionName>(
    type: N,
    name: string,
    handlers: ActionHandlers<ActionTypes[N]>,
  ): Closable
  actionClient<N extends ActionName>(type: N, name: string): RosActionClient<ActionTypes[N]>
  /** Values given by `--ros-args -p` or a parameter file. */
  readonly overrides: ReadonlyMap<string, ParameterValue>
  /** Makes a parameter visible to others. Throws BRIDGE_USAGE when it is declared already. */
  declareParameter(name: string, value: ParameterValue): void
  /** Who publishes a topic now, of whatever type and quality. */
  publishersOf(topic: string): readonly Endpoint[]
  subscriptionsOf(topic: string): readonly Endpoint[]
  /** Closes everything that belongs to the node. Safe to call twice. */
  close(): void
}

export interface RosNodeOptions {
  readonly name: string
  readonly namespace?: string
}

/** One connection of this process to ROS 2. */
export interface RosGraph {
  createNode(options: RosNodeOptions): RosNode
  /** Closes every node. Safe to call twice. */
  close(): void
}
