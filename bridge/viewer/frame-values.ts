import { createObjectState, type ObjectPose } from '../../sim/engines/engine.ts'
import { restOnTable } from '../../sim/scene/table.ts'
import type { ObjectPlace, Quaternion, Vector3, WorldScene } from './frames.ts'

/** Copies three numbers. */
export function toVector3(from: ArrayLike<number>): Vector3 {
  return [from[0]!, from[1]!, from[2]!]
}

/** A sensor gives a place on the table; an object lies there, the first where none is named. */
export function placeOnTable(
  { objects, table }: WorldScene,
  xM: number,
  yM: number,
  yawRad: number,
  index = 0,
): ObjectPlace {
  const pose = createObjectState()
  restOnTable(table, objects[index]!.halfSizeM[2], xM, yM, yawRad, pose)
  return toPlace(pose)
}

/** Copies a pose. */
export function toPlace({ position, quaternion: q }: ObjectPose): ObjectPlace {
  const quaternion: Quaternion = [q[0]!, q[1]!, q[2]!, q[3]!]
  return { position: toVector3(position), quaternion }
}
