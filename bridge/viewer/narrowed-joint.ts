/** Changes of a target below this are rounding [rad]. */
const CHANGED_RAD = 1e-9

/**
 * The joint whose target safety changed most; empty where it changed none.
 * @param wanted - before the filter, in the order of the names [rad]
 * @param sent - after it
 */
export function narrowedJoint(
  names: readonly string[],
  wanted: ArrayLike<number>,
  sent: ArrayLike<number>,
): string {
  let most = CHANGED_RAD
  let joint = ''
  for (const [i, name] of names.entries()) {
    const change = Math.abs(sent[i]! - wanted[i]!)
    if (!(change > most)) continue
    most = change
    joint = name
  }
  return joint
}
