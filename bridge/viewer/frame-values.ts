import type { ObjectPose } from '../../sim/engines/engine.ts'
import type { ObjectPlace, Quaternion, Vector3 } from './frames.ts'

/** Copies three numbers. */
export function toVector3(from: ArrayLike<number>): Vector3 {
  return [from[0]!, from[1]!, from[2]!]
}

/** Copies a pose. */
export function toPlace({ position, quaternion: q }: ObjectPose): ObjectPlace {
  const quaternion: Quaternion = [q[0]!, q[1]!, q[2]!, q[3]!]
  return { position: toVector3(position), quaternion }
}
