import { createObjectState, type ObjectPose } from '../../sim/engines/engine.ts'
import { restOnTable } from '../../sim/scene/table.ts'
import type { ObjectPlace, Quaternion, RunState, Vector3, WorldScene } from './frames.ts'

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

/**
 * From the first object, or the tool where there is none, to the goal, on the table where the goal has no height [m]; NaN
 * while nobody saw the object.
 */
export function distanceToGoal({
  goal,
  objects,
  tip,
}: Pick<RunState, 'goal' | 'objects' | 'tip'>): number {
  const [x, y, z] = objects.length === 0 ? tip : (objects[0]?.position ?? NOWHERE)
  return Math.hypot(x - goal.x, y - goal.y, goal.z === undefined ? 0 : z - goal.z)
}

const NOWHERE: Vector3 = [Number.NaN, Number.NaN, Number.NaN]
