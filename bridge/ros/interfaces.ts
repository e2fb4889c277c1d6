import type { RosPose, Stamp } from '../recording/ros-values.ts'

/**
 * The ROS 2 interfaces that the bridge speaks, as plain values. Sequences of numbers arrive as typed arrays and
 * may be published as either. Fields that a message leaves out are zero or empty.
 */

export interface Header {
  readonly stamp: Stamp
  readonly frame_id: string
}

export interface Vector3 {
  readonly x: number
  readonly y: number
  readonly z: number
}

export interface Quaternion extends Vector3 {
  readonly w: number
}

/** Positions [rad or m], velocities, efforts [Nm or N]: as many as names, or none; NaN where unknown. */
export interface JointState {
  readonly header?: Header
  readonly name: readonly string[]
  readonly position: ArrayLike<number>
  readonly velocity: ArrayLike<number>
  readonly effort: ArrayLike<number>
}

export interface JointTrajectoryPoint {
  readonly positions: ArrayLike<number>
  readonly velocities?: ArrayLike<number>
  readonly accelerations?: ArrayLike<number>
  readonly effort?: ArrayLike<number>
  readonly time_from_start: Stamp
}

/** A stamp of zero means: from when it arrives. */
export interface JointTrajectory {
  readonly header: Header
  readonly joint_names: readonly string[]
  readonly points: readonly JointTrajectoryPoint[]
}

/** 0: the controller's own; -1: none. */
export interface JointTolerance {
  readonly name: string
  readonly position: number
  readonly velocity: number
  readonly acceleration: number
}

export interface PoseStamped {
  readonly header: Header
  readonly pose: RosPose
}

/** Places `child_frame_id` in `header.frame_id`. */
export interface TransformStamped {
  readonly header: Header
  readonly child_frame_id: string
  readonly transform: { readonly translation: Vector3; readonly rotation: Quaternion }
}

export interface AprilTagDetection {
  readonly family: string
  readonly id: number
  /** Bits that had to be corrected. */
  readonly hamming: number
  readonly goodness: number
  readonly decision_margin: number
  /** Pixels. */
  readonly centre: Pixel
  readonly corners: readonly Pixel[]
  /** [9] */
  readonly homography: ArrayLike<number>
}

interface Pixel {
  readonly x: number
  readonly y: number
}

export interface DiagnosticStatus {
  /** 0 OK, 1 WARN, 2 ERROR, 3 STALE. */
  readonly level: number
  readonly name: string
  readonly message: string
  readonly hardware_id: string
  readonly values: readonly { readonly key: string; readonly value: string }[]
}

interface MultiArray {
  readonly layout?: {
    readonly dim: readonly {
      readonly label: string
      readonly size: number
      readonly stride: number
    }[]
    readonly data_offset: number
  }
  readonly data: ArrayLike<number>
}

/** Message types by their ROS 2 names. */
export interface MessageTypes {
  'std_msgs/msg/Empty': object
  'std_msgs/msg/Bool': { readonly data: boolean }
  'std_msgs/msg/String': { readonly data: string }
  'std_msgs/msg/Float32MultiArray': MultiArray
  'std_msgs/msg/Float64MultiArray': MultiArray
  'sensor_msgs/msg/JointState': JointState
  'geometry_msgs/msg/PoseStamped': PoseStamped
  'tf2_msgs/msg/TFMessage': { readonly transforms: readonly TransformStamped[] }
  'trajectory_msgs/msg/JointTrajectory': JointTrajectory
  'control_msgs/msg/JointJog': {
    readonly header: Header
    readonly joint_names: readonly string[]
    readonly displacements: ArrayLike<number>
    readonly velocities: ArrayLike<number>
    readonly duration: number
  }
  'apriltag_msgs/msg/AprilTagDetectionArray': {
    readonly header: Header
    readonly detections: readonly AprilTagDetection[]
  }
  'diagnostic_msgs/msg/DiagnosticArray': {
    readonly header: Header
    readonly status: readonly DiagnosticStatus[]
  }
}

/** `rcl_interfaces/msg/ParameterValue`; `type` says which of the values counts. */
export interface ParameterMessage {
  readonly type: number
  readonly bool_value?: boolean
  readonly integer_value?: bigint
  readonly double_value?: number
  readonly string_value?: string
  readonly string_array_value?: readonly string[]
}

/** Service types by their ROS 2 names. */
export interface ServiceTypes {
  'std_srvs/srv/Trigger': {
    readonly request: object
    readonly response: { readonly success: boolean; readonly message: string }
  }
  'controller_manager_msgs/srv/ListControllers': {
    readonly request: object
    readonly response: {
      readonly controller: readonly { readonly name: string; readonly state: string }[]
    }
  }
  'rcl_interfaces/srv/GetParameters': {
    readonly request: { readonly names: readonly string[] }
    readonly response: { readonly values: readonly ParameterMessage[] }
  }
}

/** Action types by their ROS 2 names. */
export interface ActionTypes {
  'control_msgs/action/FollowJointTrajectory': {
    readonly goal: {
      readonly trajectory: JointTrajectory
      readonly path_tolerance?: readonly JointTolerance[]
      readonly goal_tolerance?: readonly JointTolerance[]
      readonly goal_time_tolerance?: Stamp
    }
    readonly result: { readonly error_code: number; readonly error_string: string }
    readonly feedback: {
      readonly header: Header
      readonly joint_names: readonly string[]
      readonly desired: JointTrajectoryPoint
      readonly actual: JointTrajectoryPoint
      readonly error: JointTrajectoryPoint
    }
  }
  'control_msgs/action/ParallelGripperCommand': {
    readonly goal: { readonly command: JointState }
    readonly result: {
      readonly state: JointState
      readonly stalled: boolean
      readonly reached_goal: boolean
    }
    readonly feedback: { readonly state: JointState }
  }
  'control_msgs/action/GripperCommand': {
    readonly goal: { readonly command: { readonly position: number; readonly max_effort: number } }
    readonly result: GripperState
    readonly feedback: GripperState
  }
}

interface GripperState {
  readonly position: number
  readonly effort: number
  readonly stalled: boolean
  readonly reached_goal: boolean
}

export type MessageName = keyof MessageTypes
export type ServiceName = keyof ServiceTypes
export type ActionName = keyof ActionTypes
