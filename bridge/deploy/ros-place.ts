import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { createArmPublisher } from '../ros/arm-publisher.ts'
import { Citizen } from '../ros/citizen.ts'
import type { RosNode } from '../ros/graph.ts'
import type { RosConfig } from '../ros/ros.schema.ts'
import { RosStream } from '../ros/ros-stream.ts'
import type { Stream } from '../streams/stream.ts'
import type { LoopTap } from './loop-tap.ts'
import type { LoopRequests } from './sources.ts'

export interface RosPlaceOptions {
  readonly node: RosNode
  readonly config: RosConfig
  readonly arm: ArmDescription
  /** Whether nobody else publishes the arm's joints, frames and description. */
  readonly isPublishingArm: boolean
  /** Where goals come from: one that was named before is heard too. */
  readonly goalTopic?: string
  /** Time of the loop [s]. */
  readonly now: () => number
}

/** A deployment's place in ROS 2: the topics it hears, what it tells and may be asked. */
export interface RosPlace {
  readonly stream: Stream
  /** Aborts at `~/stop`. */
  readonly stopped: AbortSignal
  /** Throws BRIDGE_ROS_NAME where another deployment has the same node's name. */
  checkAlone(): void
  /** Requests of others, and of the node's services. */
  requests(others: LoopRequests): LoopRequests
  /**
   * @param jointNames - in the driver's order
   * @param counts - what a diagnosis shows
   */
  tapsOf(jointNames: readonly string[], counts: () => Readonly<Record<string, number>>): LoopTap[]
}

export function takePlaceInRos(options: RosPlaceOptions): RosPlace {
  const { arm, config, goalTopic, isPublishingArm, node, now } = options
  let counted: () => Readonly<Record<string, number>> = () => ({})
  const citizen = new Citizen({ node, config, arm: arm.name, counts: () => counted() })
  return {
    stream: new RosStream(node, goalTopic === undefined ? [] : [goalTopic]),
    stopped: citizen.stopped,
    checkAlone: () => citizen.checkAlone(),
    requests: (others) => citizen.requests(others),
    tapsOf(jointNames, counts) {
      counted = counts
      return [
        citizen.tap,
        ...(isPublishingArm ? [createArmPublisher({ node, config, arm, jointNames, now })] : []),
      ]
    },
  }
}
