import { type RosType, rosType } from './ros-types.ts'

/** What a recording of a run holds: topic and ROS 2 message type. */
export const TOPICS = {
  /** Measured; effort is the servos' load as a share of stall torque. */
  '/joint_states': 'sensor_msgs/JointState',
  /** What was asked for, before the safety filter. */
  '/joint_targets': 'sensor_msgs/JointState',
  /** What went to the arm, after it. */
  '/joint_commands': 'sensor_msgs/JointState',
  /** Where a leader is, as the joints of the arm that it leads. */
  '/leader/joint_states': 'sensor_msgs/JointState',
  /** By joint: supply [V], then temperature [°C]. */
  '/servo_health': 'std_msgs/Float32MultiArray',
  /** Of the first object. */
  '/object/pose': 'geometry_msgs/PoseStamped',
  /** Of all objects in the task's order, as a simulation knows them or, of several, as they were seen; NaN: not so far. */
  '/object/poses': 'geometry_msgs/PoseArray',
  '/goal/pose': 'geometry_msgs/PoseStamped',
  '/policy/observation': 'std_msgs/Float32MultiArray',
  '/policy/action': 'std_msgs/Float32MultiArray',
  /** Whose action it was, `policy` or `leader`, where there is a leader. */
  '/policy/acting': 'std_msgs/String',
  /** Euclidean norm of the recurrent state. */
  '/policy/state_norm': 'std_msgs/Float32',
  /** How late the set-point loop woke [s]. */
  '/loop/lateness': 'std_msgs/Float32',
  /** How long each stage of the cycle took [s], named by the label; the last, `show`, is of the cycle before. */
  '/loop/stages': 'std_msgs/Float32MultiArray',
  /** Safety rule that stepped in, when that changes; empty: none. */
  '/safety/rule': 'std_msgs/String',
  /** The arm as URDF. */
  '/robot_description': 'std_msgs/String',
  /** An episode's end, as JSON. */
  '/episode': 'std_msgs/String',
} as const

export type Topic = keyof typeof TOPICS

export function typeOfTopic(topic: Topic): RosType {
  return rosType(TOPICS[topic])
}

/** One message of a recording, as it crosses to the recorder. */
export interface RecordedMessage {
  readonly topic: Topic
  /** When it was recorded, since 1970 [s]. */
  readonly epochS: number
  /** In the shape of its ROS type. */
  readonly message: unknown
}

/** Takes what is recorded, at once, without waiting. */
export interface MessageSink {
  write(messages: readonly RecordedMessage[]): void
}
