/** Whether the straight way between two poses [numJoints] is free. */
export type IsFree = (from: Float64Array, to: Float64Array) => boolean

/**
 * Ways through joint space that are free in every part: straight, or one joint after the other, in whatever order
 * is free. Returns the poses on the way, the last is `aim`; null when none of these ways is free.
 */
export function findJointPath(
  from: Float64Array,
  aim: Float64Array,
  isFree: IsFree,
): Float64Array[] | null {
  if (isFree(from, aim)) return [aim.slice()]
  const tried = new Set<number>()
  const last = 2 ** from.length - 1
  /** From the pose in which the joints of `moved`, a set of bits, are at their aim. */
  const search = (at: Float64Array, moved: number): Float64Array[] | null => {
    if (moved === last) return []
    tried.add(moved)
    for (let joint = 0; joint < from.length; joint++) {
      const next = moved | (1 << joint)
      if (next === moved || tried.has(next)) continue
      const pose = at.slice()
      pose[joint] = aim[joint]!
      if (!isFree(at, pose)) continue
      const rest = search(pose, next)
      if (rest !== null) return [pose, ...rest]
    }
    return null
  }
  return search(from, 0)
}
