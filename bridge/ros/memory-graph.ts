import { CodedError } from '../../configs/load/coded-error.ts'
import type { EventClock } from '../../robot/model/clock.ts'
import type { RosGraph, RosNode, RosNodeOptions } from './graph.ts'
import { MemoryActions } from './memory-actions.ts'
import { MemoryNode } from './memory-node.ts'
import { MemoryServices } from './memory-services.ts'
import { MemoryTopics } from './memory-topics.ts'
import { nodeName } from './names.ts'
import { parseRosArgs, type RosArgs, remapNode } from './ros-args.ts'

export interface MemoryGraphOptions {
  readonly clock: EventClock
  /** What to add to the clock to get ROS time [s]. */
  readonly epochOffsetS?: number
  /** From publishing to delivery [s]. */
  readonly latencyS?: number
}

/**
 * A ROS 2 graph inside this process, real or virtual time. As in ROS, names, types and qualities of service decide
 * who hears whom: endpoints that do not fit stay silent to each other. Every message goes through its bytes, so a
 * receiver gets what would cross a wire and never the sender's own object.
 */
export class MemoryDomain {
  readonly clock: EventClock
  readonly topics: MemoryTopics
  readonly services: MemoryServices
  readonly actions: MemoryActions
  readonly #epochOffsetS: number

  constructor({ clock, epochOffsetS = 0, latencyS = 0 }: MemoryGraphOptions) {
    this.clock = clock
    this.#epochOffsetS = epochOffsetS
    const later = (run: () => void) => void clock.schedule(clock.now() + latencyS, run)
    const soon = (run: () => void) => void clock.schedule(clock.now(), run)
    this.topics = new MemoryTopics(later, soon)
    this.services = new MemoryServices(later, clock)
    this.actions = new MemoryActions(later)
  }

  now(): number {
    return this.clock.now() + this.#epochOffsetS
  }

  /** One process in it, with its own `--ros-args`. */
  graph(rosArgs: readonly string[] = [], readFile?: (path: string) => string): RosGraph {
    return new MemoryGraph(this, parseRosArgs(rosArgs, readFile))
  }
}

class MemoryGraph implements RosGraph {
  readonly #domain: MemoryDomain
  readonly #args: RosArgs
  readonly #nodes = new Map<string, RosNode>()

  constructor(domain: MemoryDomain, args: RosArgs) {
    this.#domain = domain
    this.#args = args
  }

  createNode(options: RosNodeOptions): RosNode {
    const { name, namespace } = remapNode(this.#args, options.name, options.namespace ?? '')
    const full = nodeName(name, namespace)
    if (this.#nodes.has(full)) {
      throw new CodedError('BRIDGE_ROS_NAME', `there is a node ${full} in this process already`)
    }
    const node = new MemoryNode(this.#domain, full, this.#args)
    this.#nodes.set(full, node)
    return node
  }

  close(): void {
    for (const node of this.#nodes.values()) node.close()
    this.#nodes.clear()
  }
}
