import type { ArmDescription } from './arm.schema.ts'

/** Joints of the pose in which an arm is released [rad], in the order of `jointNames`. */
export function parkPose({ poses }: ArmDescription, jointNames: readonly string[]): Float64Array {
  return Float64Array.from(jointNames, (name) => poses.park[name] ?? 0)
}
