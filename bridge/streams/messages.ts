import type { z } from 'zod'
import { rosPose, stampOf } from '../recording/ros-values.ts'
import { type JointState, messageSchemas, type PoseStamped } from './messages.schema.ts'

/** ROS 2 name of a message type we speak. */
export type MessageType = keyof typeof messageSchemas

/** The message behind a type's name. */
export type Message<T extends MessageType> = z.infer<(typeof messageSchemas)[T]>

/** ROS 2 names of the message types we speak. */
export const MESSAGE_TYPE = {
  poseStamped: 'geometry_msgs/msg/PoseStamped',
  jointState: 'sensor_msgs/msg/JointState',
  empty: 'std_msgs/msg/Empty',
  bool: 'std_msgs/msg/Bool',
  string: 'std_msgs/msg/String',
  tf: 'tf2_msgs/msg/TFMessage',
  tags: 'apriltag_msgs/msg/AprilTagDetectionArray',
} as const

export type Decoded<T extends MessageType> =
  | { readonly kind: 'message'; readonly message: Message<T> }
  | { readonly kind: 'malformed'; readonly reason: string }

/** What arrived as a message of `type`, or why it is none. */
export function decodeMessage<T extends MessageType>(type: T, raw: unknown): Decoded<T> {
  const result = messageSchemas[type].safeParse(raw)
  if (result.success) return { kind: 'message', message: result.data as Message<T> }
  const issue = result.error.issues[0]!
  return {
    kind: 'malformed',
    reason: `${issue.path.map(String).join('.') || type}: ${issue.message}`,
  }
}

/** `geometry_msgs/msg/PoseStamped`, or its ROS 1 form without `msg`; null for a type unknown here. */
export function messageType(name: string): MessageType | null {
  const full = name.includes('/msg/') ? name : name.replace('/', '/msg/')
  return Object.hasOwn(messageSchemas, full) ? (full as MessageType) : null
}

/** `geometry_msgs/PoseStamped`: the form that the rosbridges of ROS 1 and ROS 2 both take. */
export function shortTypeName(type: MessageType): string {
  return type.replace('/msg/', '/')
}

/** A ROS name from the root: `rosapi/topics` is `/rosapi/topics`. */
export function absoluteName(name: string): string {
  return /^[/~]/.test(name) ? name : `/${name}`
}

/** @param quaternion - x, y, z, w */
export function poseStamped(
  stampS: number,
  frameId: string,
  position: readonly [number, number, number],
  quaternion: readonly [number, number, number, number] = [0, 0, 0, 1],
): PoseStamped {
  return {
    header: { stamp: stampOf(stampS), frame_id: frameId },
    pose: rosPose(position, quaternion),
  }
}

/** A pose as the place of a frame of its own. */
export function asTransform(
  { header, pose }: PoseStamped,
  childFrame: string,
): Message<'tf2_msgs/msg/TFMessage'>['transforms'][number] {
  const { position: translation, orientation: rotation } = pose
  return { header, child_frame_id: childFrame, transform: { translation, rotation } }
}

/** @param position,velocity - [rad] and [rad/s], in the order of `names` */
export function jointState(
  stampS: number,
  names: readonly string[],
  position: ArrayLike<number>,
  velocity: ArrayLike<number>,
): JointState {
  return {
    header: { stamp: stampOf(stampS), frame_id: '' },
    name: [...names],
    position: Array.from(position),
    velocity: Array.from(velocity),
    effort: [],
  }
}
