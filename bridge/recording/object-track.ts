import { yawOf } from '../../robot/model/pose.ts'
import type { ReadMessage } from './read-recording.node.ts'
import { type RosPose, type Stamp, secondsOf } from './ros-values.ts'

/** Topics that an object's track is made of. */
export const OBJECT_TOPICS = ['/object/pose'] as const

/** No object is pushed so fast, and no sensor so noisy: somebody put it elsewhere [m/s], [m]. */
const JUMP_M_PER_S = 1
const JUMP_M = 0.02

/** Where an object was seen; base frame. */
export interface ObjectSight {
  /** Of capture, since `beganS` of the track [s]. */
  readonly timeS: number
  readonly xM: number
  readonly yM: number
  readonly yawRad: number
  /** The first at all, or after somebody put the object elsewhere. */
  readonly isFirst: boolean
}

interface PoseStamped {
  readonly header: { readonly stamp: Stamp }
  readonly pose: RosPose
}

/** What the object sensor saw, in order of capture. @param beganS - since 1970 [s] */
export function trackObject(messages: Iterable<ReadMessage>, beganS: number): ObjectSight[] {
  const sights: ObjectSight[] = []
  for (const { message, topic } of messages) {
    if (topic !== '/object/pose') continue
    const { header, pose } = message as PoseStamped
    const { x: xM, y: yM } = pose.position
    const q = pose.orientation
    const last = sights.at(-1)
    const yawRad = yawOf([q.x, q.y, q.z, q.w])
    const timeS = secondsOf(header.stamp) - beganS
    if (last !== undefined && timeS <= last.timeS) continue
    const isFirst = last === undefined || hasJumped(last, { timeS, xM, yM })
    sights.push({ timeS, xM, yM, yawRad, isFirst })
  }
  return sights
}

type Sight = Pick<ObjectSight, 'timeS' | 'xM' | 'yM'>

function hasJumped(from: Sight, to: Sight): boolean {
  const most = Math.max(JUMP_M, JUMP_M_PER_S * (to.timeS - from.timeS))
  return Math.hypot(to.xM - from.xM, to.yM - from.yM) > most
}
