import { readFileSync } from 'node:fs'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { RosGraph, RosNode, RosNodeOptions } from './graph.ts'
import { loadRclnodejs } from './load-rclnodejs.node.ts'
import { nodeName } from './names.ts'
import type { RclContext, Rclnodejs } from './rclnodejs-module.ts'
import { RclnodejsNode } from './rclnodejs-node.ts'
import { parseRosArgs, type RosArgs } from './ros-args.ts'

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
  const readFile = (path: string) => readFileSync(path, 'utf8')
  return new RclnodejsGraph(rcl, context, parseRosArgs(rosArgs, readFile))
}

class RclnodejsGraph implements RosGraph {
  readonly #rcl: Rclnodejs
  readonly #context: RclContext
  readonly #args: RosArgs
  readonly #nodes: RclnodejsNode[] = []
  #isClosed = false

  constructor(rcl: Rclnodejs, context: RclContext, args: RosArgs) {
    this.#rcl = rcl
    this.#context = context
    this.#args = args
  }

  createNode({ name, namespace = '' }: RosNodeOptions): RosNode {
    nodeName(name, namespace)
    const native = new this.#rcl.Node(name, namespace, this.#context)
    const node = new RclnodejsNode(this.#rcl, native, this.#args)
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
