export interface RosTime {
  readonly sec: number
  readonly nanosec: number
}

/** @param epochS - since 1970 [s] */
export function rosTime(epochS: number): RosTime {
  const sec = Math.floor(epochS)
  return { sec, nanosec: Math.min(999_999_999, Math.round((epochS - sec) * 1e9)) }
}

/** A row of numbers with a name that says what they are. */
export function numberRow(label: string, data: ArrayLike<number>): unknown {
  const dim = [{ label, size: data.length, stride: data.length }]
  return { layout: { dim, data_offset: 0 }, data: Float32Array.from(data) }
}

/** Something that stands upright: `geometry_msgs/Pose` of a place [m] and a yaw [rad]. */
export function uprightPose(x: number, y: number, z: number, yawRad: number): unknown {
  const orientation = { x: 0, y: 0, z: Math.sin(yawRad / 2), w: Math.cos(yawRad / 2) }
  return { position: { x, y, z }, orientation }
}
