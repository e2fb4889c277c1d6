/**
 * The part of rclnodejs 2 that the bridge uses, described by shape: the package is an optional peer, and its own
 * typings are written when it is installed beside a sourced ROS. Checked against the sources of 2.2.0.
 */
export interface Rclnodejs {
  readonly Context: new () => RclContext
  readonly Node: new (
    name: string,
    namespace: string,
    context: RclContext,
    options?: object,
  ) => RclNode
  readonly QoS: RclQosClass
  readonly Parameter: new (name: string, type: number, value: unknown) => RclParameter
  readonly ParameterDescriptor: new (
    name: string,
    type: number,
    description: string,
    readOnly: boolean,
  ) => object
  readonly ActionClient: new (node: RclNode, type: string, name: string) => RclActionClient
  readonly ActionServer: new (
    node: RclNode,
    type: string,
    name: string,
    execute: (goal: RclServerGoal) => Promise<unknown>,
    onGoal: (goal: unknown) => number,
    onAccepted: (goal: RclServerGoal) => void,
    onCancel: (goal: RclServerGoal) => number,
  ) => RclEntity
  readonly GoalResponse: { readonly ACCEPT: number; readonly REJECT: number }
  readonly CancelResponse: { readonly ACCEPT: number; readonly REJECT: number }
  init(context: RclContext, argv: string[]): Promise<void>
  shutdown(context: RclContext): void
  removeSignalHandlers(): void
}

export interface RclContext {
  isInitialized(): boolean
}

export interface RclQosClass {
  new (history: number, depth: number, reliability: number, durability: number): object
  readonly HistoryPolicy: { readonly RMW_QOS_POLICY_HISTORY_KEEP_LAST: number }
  readonly ReliabilityPolicy: {
    readonly RMW_QOS_POLICY_RELIABILITY_RELIABLE: number
    readonly RMW_QOS_POLICY_RELIABILITY_BEST_EFFORT: number
  }
  readonly DurabilityPolicy: {
    readonly RMW_QOS_POLICY_DURABILITY_TRANSIENT_LOCAL: number
    readonly RMW_QOS_POLICY_DURABILITY_VOLATILE: number
  }
}

export interface RclParameter {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** What `destroy…` takes. */
export type RclEntity = object

export interface RclPublisher extends RclEntity {
  /** A getter, although the typings call it a method. */
  readonly subscriptionCount: number
  publish(message: unknown): void
}

export interface RclClient extends RclEntity {
  isServiceServerAvailable(): boolean
  /** @param options.timeout - [ms] */
  sendRequestAsync(request: unknown, options: { timeout: number }): Promise<unknown>
}

export interface RclClientGoal {
  isAccepted(): boolean
  isSucceeded(): boolean
  isCanceled(): boolean
  getResult(): Promise<unknown>
  cancelGoal(): Promise<{ readonly goals_canceling: ArrayLike<unknown> }>
}

export interface RclActionClient extends RclEntity {
  isActionServerAvailable(): boolean
  sendGoal(
    goal: unknown,
    onFeedback: ((feedback: unknown) => void) | undefined,
  ): Promise<RclClientGoal>
  destroy(): void
}

export interface RclServerGoal {
  execute(): void
  publishFeedback(feedback: unknown): void
  succeed(): void
  abort(): void
  canceled(): void
}

export interface RclEndpointInfo {
  readonly node_name: string
  readonly node_namespace: string
  readonly topic_type: string
  readonly qos_profile: {
    readonly depth: number
    readonly reliability: number
    readonly durability: number
  }
}

export interface RclNode {
  /** @param timeoutMs - longest wait for work; does not block the caller */
  spin(timeoutMs?: number): void
  stop(): void
  destroy(): void
  now(): { readonly nanoseconds: bigint }
  getFullyQualifiedName(): string
  resolveTopicName(name: string): string
  resolveServiceName(name: string): string
  createPublisher(type: string, topic: string, options: object): RclPublisher
  createSubscription(
    type: string,
    topic: string,
    options: object,
    onMessage: (message: unknown) => void,
  ): RclEntity
  createService(
    type: string,
    name: string,
    options: object,
    answer: (
      request: unknown,
      response: { readonly template: unknown; send(message: unknown): void },
    ) => void,
  ): RclEntity
  createClient(type: string, name: string, options: object): RclClient
  destroyPublisher(publisher: RclEntity): void
  destroySubscription(subscription: RclEntity): void
  destroyService(service: RclEntity): void
  destroyClient(client: RclEntity): void
  getParameterOverrides(): readonly RclParameter[]
  hasParameter(name: string): boolean
  declareParameter(parameter: RclParameter, descriptor: object, ignoreOverride: boolean): unknown
  getPublishersInfoByTopic(topic: string): readonly RclEndpointInfo[]
  getSubscriptionsInfoByTopic(topic: string): readonly RclEndpointInfo[]
}
