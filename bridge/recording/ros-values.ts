import { quaternionFromYaw } from '../../robot/model/pose.ts'

/** A ROS stamp or duration. */
export interface Stamp {
  readonly sec: number
  readonly nanosec: number
}

/** Seconds, since 1970 or as a duration, not negative, to a ROS stamp. */
export function stampOf(timeS: number): Stamp {
  const sec = Math.floor(timeS)
  const nanosec = Math.round((timeS - sec) * 1e9)
  return nanosec === 1e9 ? { sec: sec + 1, nanosec: 0 } : { sec, nanosec }
}

/** A ROS stamp to seconds. */
export function secondsOf({ sec, nanosec }: Stamp): number {
  return sec + nanosec * 1e-9
}

/** A row of numbers with a name that says what they are. */
export function numberRow(label: string, data: ArrayLike<number>): unknown {
  const dim = [{ label, size: data.length, stride: data.length }]
  return { layout: { dim, data_offset: 0 }, data: Float32Array.from(data) }
}

/** `geometry_msgs/Pose` */
export interface RosPose {
  readonly position: { readonly x: number; readonly y: number; readonly z: number }
  readonly orientation: {
    readonly x: number
    readonly y: number
    readonly z: number
    readonly w: number
  }
}

/** @param position - [3], [m] @param quaternion - x, y, z, w */
export function rosPose(position: ArrayLike<number>, quaternion: ArrayLike<number>): RosPose {
  return {
    position: { x: position[0]!, y: position[1]!, z: position[2]! },
    orientation: { x: quaternion[0]!, y: quaternion[1]!, z: quaternion[2]!, w: quaternion[3]! },
  }
}

/** Something that stands upright, at a place [m] and a yaw [rad]. */
export function uprightPose(x: number, y: number, z: number, yawRad: number): RosPose {
  return rosPose([x, y, z], quaternionFromYaw(yawRad))
}
