import type { RandomStream } from '../../robot/model/random.ts'
import type { PushOnArm } from '../../sim/tasks/push.ts'
import type { ReachableArea } from '../../sim/tasks/reachable-area.ts'

const MAX_TRIES = 1000

/** Where an episode of pushing begins and ends. */
export interface PushDraw {
  /** Where the object is put, x, y, base frame [m]. */
  readonly place: readonly [number, number]
  readonly goal: readonly [number, number]
}

/**
 * Draws a place for the object, clear of the tip, and a goal far enough from it.
 * @param tip - base frame [m]
 * @param fixed - the goal, where it is given: the object is put far enough from it
 */
export function drawPush(
  stream: RandomStream,
  { area, onArm }: { readonly area: ReachableArea; readonly onArm: PushOnArm },
  tip: ArrayLike<number>,
  fixed?: readonly number[],
): PushDraw {
  const farM = onArm.parameters.startGoalDistanceM
  const place = new Float64Array(2)
  const goal = new Float64Array(2)
  for (let i = 0; i < MAX_TRIES; i++) {
    if (fixed === undefined) area.sample(stream, 0, 0, 0, place)
    else area.sample(stream, fixed[0]!, fixed[1]!, farM, place)
    const clearance = Math.hypot(place[0]! - tip[0]!, place[1]! - tip[1]!)
    if (clearance >= onArm.toolStart.objectClearanceM) break
  }
  if (fixed === undefined) area.sample(stream, place[0]!, place[1]!, farM, goal)
  else goal.set(fixed.slice(0, 2))
  return { place: [place[0]!, place[1]!], goal: [goal[0]!, goal[1]!] }
}
