import type { ObjectPose, Physics } from '../engines/engine.ts'

/**
 * The table is a plane in the arm's base frame:
 *
 *     z(x, y) = heightM + x·tan(tiltXRad) + y·tan(tiltYRad)
 *
 * A positive `tiltXRad` makes it rise forward (+x), a positive `tiltYRad` makes it rise to the left (+y).
 * Every engine takes the sign from here.
 */
export type Table = Physics['table']

/** Where the surface is, whatever it is made of. */
export type TablePlane = Pick<Table, 'heightM' | 'tiltXRad' | 'tiltYRad'>

/** Height of the table's surface over or under a place in the base frame [m]. */
export function tableHeightAt(table: TablePlane, x: number, y: number): number {
  return table.heightM + x * Math.tan(table.tiltXRad) + y * Math.tan(table.tiltYRad)
}

/** Upward unit normal of the surface in the base frame, into `out` [3]. */
export function tableNormal(table: TablePlane, out: Float64Array): void {
  const slopeX = Math.tan(table.tiltXRad)
  const slopeY = Math.tan(table.tiltYRad)
  const scale = 1 / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY)
  out[0] = -slopeX * scale
  out[1] = -slopeY * scale
  out[2] = scale
}

/** Shortest rotation that lays the base frame's z axis on the normal, into `out` [4] (x, y, z, w). */
export function tableQuaternion(table: TablePlane, out: Float64Array): void {
  tableNormal(table, out)
  const nx = out[0]!
  const ny = out[1]!
  const w = Math.sqrt((1 + out[2]!) / 2)
  out[0] = -ny / (2 * w)
  out[1] = nx / (2 * w)
  out[2] = 0
  out[3] = w
}

/**
 * Pose of an object that rests on the table, into `out`.
 *
 * @param halfHeightM - of the object
 * @param x,y - the object's middle, base frame [m]
 */
export function restOnTable(
  table: TablePlane,
  halfHeightM: number,
  x: number,
  y: number,
  yawRad: number,
  out: ObjectPose,
): void {
  const { position, quaternion } = out
  tableNormal(table, position)
  const lift = halfHeightM / position[2]!
  position[0] = x
  position[1] = y
  position[2] = tableHeightAt(table, x, y) + lift
  tableQuaternion(table, quaternion)
  const s = Math.sin(yawRad / 2)
  const c = Math.cos(yawRad / 2)
  const qx = quaternion[0]!
  const qy = quaternion[1]!
  const qw = quaternion[3]!
  quaternion[0] = qx * c + qy * s
  quaternion[1] = qy * c - qx * s
  quaternion[2] = qw * s
  quaternion[3] = qw * c
}
