import { CodedError } from '../../configs/load/coded-error.ts'
import { TOPICS, type Topic } from '../recording/topics.ts'
import type { RosNode } from '../ros/graph.ts'
import { RosStream } from '../ros/ros-stream.ts'
import { messageType } from '../streams/messages.ts'
import {
  type Streamed,
  type StreamedRecording,
  type StreamRecordingOptions,
  streamRecording,
} from './stream-recording.ts'

/** What nodes take to find each other [s]. */
const DISCOVERY_S = 1
/** What the last messages take to leave before the node goes [s]. */
const LINGER_S = 0.2

/**
 * Publishes a recording's topics on a node of ROS 2, at the recorded pace, in the node's time.
 *
 * @param recording - at least one message
 * @throws BRIDGE_USAGE where another node publishes one of the topics: a listener would take both for one arm
 */
export async function publishRecording(
  { messages, topics }: StreamedRecording,
  node: RosNode,
  options: Omit<StreamRecordingOptions, 'epochOffsetS'>,
): Promise<Streamed> {
  const { clock, signal } = options
  const stream = new RosStream(node)
  for (const topic of topics) stream.advertise(topic, messageType(TOPICS[topic as Topic])!)
  await clock.sleepUntil(clock.now() + DISCOVERY_S, signal).catch(() => {})
  for (const topic of topics) {
    const other = node.publishersOf(topic).find((each) => each.node !== node.name)
    if (other === undefined) continue
    const resolved = node.resolve(topic)
    throw new CodedError('BRIDGE_USAGE', `${other.node} publishes ${resolved} already`, {
      hint: `end it, or publish elsewhere: --ros-args -r ${topic}:=/recorded${topic}`,
    })
  }
  const epochOffsetS = node.now() - clock.now()
  const streamed = await streamRecording(messages, stream, { ...options, epochOffsetS })
  await clock.sleepUntil(clock.now() + LINGER_S, signal).catch(() => {})
  return streamed
}
