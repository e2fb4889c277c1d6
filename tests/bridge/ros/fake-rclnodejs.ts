import type { Rclnodejs } from '../../../bridge/ros/rclnodejs-module.ts'

/** The shape of rclnodejs' QoS, its numbers as in lib/qos.js of 2.2.0; a node that notes what is asked of it. */
export function fakeRclnodejs() {
  const calls: unknown[][] = []
  const note =
    (name: string, result: unknown = {}) =>
    (...args: unknown[]) => {
      calls.push([name, ...args])
      return result
    }
  class QoS {
    static HistoryPolicy = { RMW_QOS_POLICY_HISTORY_KEEP_LAST: 1 }
    static ReliabilityPolicy = {
      RMW_QOS_POLICY_RELIABILITY_RELIABLE: 1,
      RMW_QOS_POLICY_RELIABILITY_BEST_EFFORT: 2,
    }
    static DurabilityPolicy = {
      RMW_QOS_POLICY_DURABILITY_TRANSIENT_LOCAL: 1,
      RMW_QOS_POLICY_DURABILITY_VOLATILE: 2,
    }
    readonly values: number[]
    constructor(...values: number[]) {
      this.values = values
    }
  }
  let listener: (message: unknown) => void = () => {}
  const published: unknown[] = []
  const node = {
    spin: note('spin'),
    stop: note('stop'),
    destroy: note('destroy'),
    now: () => ({ nanoseconds: 1_700_000_000_250_000_000n }),
    getFullyQualifiedName: () => '/sim2arm',
    getParameterOverrides: () => [
      { name: 'n', type: 2, value: 5n },
      { name: 'list', type: 9, value: ['a'] },
    ],
    createPublisher: (_type: string, _topic: string, options: { qos: QoS }) => {
      calls.push(['qos', ...options.qos.values])
      return { subscriptionCount: 2, publish: (message: unknown) => void published.push(message) }
    },
    createSubscription: (_t: string, _n: string, _o: unknown, callback: typeof listener) => {
      listener = callback
      return {}
    },
    createClient: () => ({ sendRequestAsync: note('sendRequestAsync', Promise.resolve({})) }),
    hasParameter: () => false,
    declareParameter: note('declareParameter'),
    destroySubscription: note('destroySubscription'),
    destroyPublisher: note('destroyPublisher'),
    getPublishersInfoByTopic: () => [
      {
        node_name: 'cam',
        node_namespace: '/',
        topic_type: 'std_msgs/msg/String',
        qos_profile: { depth: 5, reliability: 2, durability: 2 },
      },
    ],
  }
  class Noted {
    readonly values: unknown[]
    constructor(...values: unknown[]) {
      this.values = values
    }
  }
  const rcl = {
    QoS,
    Parameter: Noted,
    ParameterDescriptor: Noted,
    GoalResponse: { ACCEPT: 2, REJECT: 1 },
    CancelResponse: { ACCEPT: 2, REJECT: 1 },
  }
  return {
    calls,
    published,
    rcl: rcl as unknown as Rclnodejs,
    node: node as never,
    hear: (m: unknown) => listener(m),
  }
}
