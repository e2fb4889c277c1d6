import type { Place } from '../../robot/sensors/place.ts'
import { secondsOf } from '../recording/ros-values.ts'
import { MESSAGE_TYPE } from '../streams/messages.ts'
import type { Stream } from '../streams/stream.ts'
import { placeOf } from './object-messages.ts'
import type { GoalHolder } from './object-tracker.ts'
import type { StreamFrames } from './stream-frames.ts'

/** A goal waits so long for the transforms that place it [s]; later nobody expects the arm to move. */
const EARLY_S = 5

export interface StreamGoalsOptions {
  readonly stream: Pick<Stream, 'subscribe'>
  readonly topic: string
  readonly goal: GoalHolder
  /** What places the frames of goals in the arm's base. */
  readonly frames: StreamFrames
  /** Time of the loop [s]. */
  readonly now: () => number
  /** Why a goal cannot be had [m], base frame; undefined: it can. */
  readonly reasonAgainst?: (place: readonly number[]) => string | undefined
  /** Told why, of the first one that is left out after one that was taken. */
  readonly onRejected?: (reason: string) => void
}

/**
 * Goals from a stream of poses; one in a frame that nothing places, or that cannot be had, is counted and left out. One
 * that comes before its frame does, as at the start, is taken once that is known.
 */
export function subscribeGoal(options: StreamGoalsOptions): void {
  const { frames, goal, now, reasonAgainst, stream, topic } = options
  let isTold = false
  let find: (() => Place | null) | undefined
  let cameS = Number.NaN
  const reject = (reason: string) => {
    goal.rejected++
    if (!isTold) options.onRejected?.(reason)
    isTold = true
  }
  const take = ({ position }: Place) => {
    const [x, y, z] = Array.from(position) as [number, number, number]
    const reason = reasonAgainst?.([x, y, z])
    if (reason !== undefined) return reject(reason)
    isTold = false
    goal.set(x, y, z)
  }
  stream.subscribe(topic, MESSAGE_TYPE.poseStamped, ({ header, pose }) => {
    const look = () => frames.tree.toBase(header.frame_id, placeOf(pose), secondsOf(header.stamp))
    const found = look()
    find = found === null ? look : undefined
    cameS = now()
    if (found !== null) take(found)
    else reject(`nothing places its frame ${header.frame_id} in the arm's base, at its time`)
  })
  frames.onChange(() => {
    const found = now() - cameS > EARLY_S ? null : (find?.() ?? null)
    if (found === null) return
    find = undefined
    goal.rejected--
    take(found)
  })
}
