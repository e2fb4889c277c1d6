/** Rapier's own vector and quaternion records, filled from and read into arrays. */
export interface Vector {
  x: number
  y: number
  z: number
}

export interface Quaternion extends Vector {
  w: number
}

export const ZERO: Readonly<Vector> = { x: 0, y: 0, z: 0 }
export const IDENTITY: Readonly<Quaternion> = { x: 0, y: 0, z: 0, w: 1 }

export function fillVector(a: Float64Array, v: Vector): Vector {
  v.x = a[0]!
  v.y = a[1]!
  v.z = a[2]!
  return v
}

export function fillQuaternion(a: Float64Array, q: Quaternion): Quaternion {
  q.x = a[0]!
  q.y = a[1]!
  q.z = a[2]!
  q.w = a[3]!
  return q
}

export function readVector(v: Vector, out: Float64Array): void {
  out[0] = v.x
  out[1] = v.y
  out[2] = v.z
}

export function readQuaternion(q: Quaternion, out: Float64Array): void {
  out[0] = q.x
  out[1] = q.y
  out[2] = q.z
  out[3] = q.w
}
