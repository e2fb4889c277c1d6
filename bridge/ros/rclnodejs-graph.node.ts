import { CodedError } from '../../configs/load/coded-error.ts'
import type { RosGraph, RosNode, RosNodeOptions } from './graph.ts'
import { loadRclnodejs } from './load-rclnodejs.node.ts'
import { nodeName } from './names.ts'
import type { RclContext, Rclnodejs } from './rclnodejs-module.ts'
import { RclnodejsNode } from './rclnodejs-node.ts'

/**
 * ROS 2 of this machine through rclnodejs, in a context of its own. Its executor hands over one message per
 * subscription and turn of the event loop: in JavaScript 500 Hz is the most that arrives whole.
 *
 * @param rosArgs - `--ros-args …`, which rcl itself reads: remapping, parameters, log levels
 * @throws BRIDGE_ROS_MISSING
 */
export async function openRclnodejsGraph(rosArgs: readonly string[] = []): Promise<RosGraph> {
  const rcl = await loadRclnodejs()
  const context = new rcl.Context()
  try {
    await rcl.init(context, ['sim2arm', ...rosArgs])
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CodedError('BRIDGE_USAGE', `ROS 2 does not start: ${reason}`, {
      hint: 'check the words after --ros-args, ROS_DOMAIN_ID and RMW_IMPLEMENTATION',
      cause,
    })
  }
  return new RclnodejsGraph(rcl, context)
}

class RclnodejsGraph implements RosGraph {
  readonly #rcl: Rclnodejs
  readonly #context: RclContext
  readonly #nodes: RclnodejsNode[] = []
  #isClosed = false

  constructor(rcl: Rclnodejs, context: RclContext) {
    this.#rcl = rcl
    this.#context = context
  }

  createNode({ name, namespace = '' }: RosNodeOptions): RosNode {
    nodeName(name, namespace)
    const node = new RclnodejsNode(this.#rcl, new this.#rcl.Node(name, namespace, this.#context))
    this.#nodes.push(node)
    return node
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const node of this.#nodes) node.close()
    if (this.#context.isInitialized()) this.#rcl.shutdown(this.#context)
  }
}
