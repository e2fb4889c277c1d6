/**
 * Rotations and placements on plain arrays. Quaternions are x, y, z, w and unit; a frame is a
 * position [3] and a quaternion [4]. Nothing allocates; `out` may be one of the inputs.
 */

type Numbers = ArrayLike<number>

/** Quaternion of URDF's roll, pitch, yaw [rad]: about the fixed x, then y, then z axis. */
export function quaternionFromRpy(rpy: Numbers, out: Float64Array): void {
  const cr = Math.cos(rpy[0]! / 2)
  const sr = Math.sin(rpy[0]! / 2)
  const cp = Math.cos(rpy[1]! / 2)
  const sp = Math.sin(rpy[1]! / 2)
  const cy = Math.cos(rpy[2]! / 2)
  const sy = Math.sin(rpy[2]! / 2)
  out[0] = sr * cp * cy - cr * sp * sy
  out[1] = cr * sp * cy + sr * cp * sy
  out[2] = cr * cp * sy - sr * sp * cy
  out[3] = cr * cp * cy + sr * sp * sy
}

/**
 * Roll, pitch, yaw [rad] of a quaternion; pitch in [-π/2, π/2], roll and yaw in [-π, π]. By half the sum and half the
 * difference of roll and yaw: at a pitch of ±π/2 only one of them is told, and is still exact (Bernardes and Viollet,
 * "Quaternion to Euler angles conversion", 2022).
 */
export function rpyFromQuaternion(q: Numbers, out: Float64Array): void {
  const x = q[0]!
  const y = q[1]!
  const z = q[2]!
  const w = q[3]!
  const halfSum = Math.atan2(x + z, w - y)
  const halfDifference = Math.atan2(x - z, w + y)
  out[0] = withinTurn(halfSum + halfDifference)
  out[1] = 2 * Math.atan2(Math.hypot(x - z, w + y), Math.hypot(x + z, w - y)) - Math.PI / 2
  out[2] = withinTurn(halfSum - halfDifference)
}

/** The same direction in [-π, π], of an angle [rad] less than two turns away. */
function withinTurn(angle: number): number {
  if (angle > Math.PI) return angle - 2 * Math.PI
  return angle < -Math.PI ? angle + 2 * Math.PI : angle
}

/** Quaternion of a turn by `angle` [rad] about a unit axis. */
export function quaternionFromAxisAngle(axis: Numbers, angle: number, out: Float64Array): void {
  const s = Math.sin(angle / 2)
  out[0] = axis[0]! * s
  out[1] = axis[1]! * s
  out[2] = axis[2]! * s
  out[3] = Math.cos(angle / 2)
}

/** Quaternion of a turn by `yawRad` about the base frame's z, what `yawOf` takes back; in an array of its own. */
export function quaternionFromYaw(yawRad: number): Float64Array {
  return Float64Array.of(0, 0, Math.sin(yawRad / 2), Math.cos(yawRad / 2))
}

/** The rotation `b` followed by `a`, as matrices a b. */
export function multiplyQuaternions(a: Numbers, b: Numbers, out: Float64Array): void {
  const ax = a[0]!
  const ay = a[1]!
  const az = a[2]!
  const aw = a[3]!
  const bx = b[0]!
  const by = b[1]!
  const bz = b[2]!
  const bw = b[3]!
  out[0] = aw * bx + ax * bw + ay * bz - az * by
  out[1] = aw * by - ax * bz + ay * bw + az * bx
  out[2] = aw * bz + ax * by - ay * bx + az * bw
  out[3] = aw * bw - ax * bx - ay * by - az * bz
}

/** The opposite rotation. */
export function invertQuaternion(q: Numbers, out: Float64Array): void {
  out[0] = -q[0]!
  out[1] = -q[1]!
  out[2] = -q[2]!
  out[3] = q[3]!
}

/** Turns a vector by a quaternion. */
export function rotate(q: Numbers, v: Numbers, out: Float64Array): void {
  const x = q[0]!
  const y = q[1]!
  const z = q[2]!
  const w = q[3]!
  const vx = v[0]!
  const vy = v[1]!
  const vz = v[2]!
  const tx = 2 * (y * vz - z * vy)
  const ty = 2 * (z * vx - x * vz)
  const tz = 2 * (x * vy - y * vx)
  out[0] = vx + w * tx + y * tz - z * ty
  out[1] = vy + w * ty + z * tx - x * tz
  out[2] = vz + w * tz + x * ty - y * tx
}

/** A point given in a frame, in that frame's parent. */
export function transformPoint(
  frame: { readonly position: Numbers; readonly quaternion: Numbers },
  point: Numbers,
  out: Float64Array,
): void {
  const { position, quaternion } = frame
  rotate(quaternion, point, out)
  out[0] = out[0]! + position[0]!
  out[1] = out[1]! + position[1]!
  out[2] = out[2]! + position[2]!
}

/** Row-major rotation matrix [9] of a quaternion. */
export function matrixFromQuaternion(q: Numbers, out: Float64Array): void {
  const x = q[0]!
  const y = q[1]!
  const z = q[2]!
  const w = q[3]!
  out[0] = 1 - 2 * (y * y + z * z)
  out[1] = 2 * (x * y - z * w)
  out[2] = 2 * (x * z + y * w)
  out[3] = 2 * (x * y + z * w)
  out[4] = 1 - 2 * (x * x + z * z)
  out[5] = 2 * (y * z - x * w)
  out[6] = 2 * (x * z - y * w)
  out[7] = 2 * (y * z + x * w)
  out[8] = 1 - 2 * (x * x + y * y)
}

/** Angle [rad] of the rotation between two quaternions, in [0, π]. */
export function angleBetween(a: Numbers, b: Numbers): number {
  const dot = a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]! + a[3]! * b[3]!
  const x = a[3]! * b[0]! - a[0]! * b[3]! - a[1]! * b[2]! + a[2]! * b[1]!
  const y = a[3]! * b[1]! + a[0]! * b[2]! - a[1]! * b[3]! - a[2]! * b[0]!
  const z = a[3]! * b[2]! - a[0]! * b[1]! + a[1]! * b[0]! - a[2]! * b[3]!
  return 2 * Math.atan2(Math.sqrt(x * x + y * y + z * z), Math.abs(dot))
}

/** Heading of a frame's x axis about the base frame's z [rad]. */
export function yawOf(q: Numbers): number {
  const x = q[0]!
  const y = q[1]!
  const z = q[2]!
  const w = q[3]!
  return Math.atan2(2 * (x * y + z * w), 1 - 2 * (y * y + z * z))
}
