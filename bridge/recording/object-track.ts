import { yawOf } from '../../robot/model/pose.ts'
import type { ReadMessage } from './read-recording.node.ts'
import type { RosTime } from './topics.ts'

/** Topics that an object's track is made of. */
export const OBJECT_TOPICS = ['/object/pose', '/goal/pose'] as const

/** Between two sights an object does not move so far by itself: somebody put it elsewhere [m]. */
const JUMP_M = 0.05

/** Where an object was seen; base frame. */
export interface ObjectSight {
  /** Of capture, since `beganS` of the track [s]. */
  readonly timeS: number
  readonly xM: number
  readonly yM: number
  readonly yawRad: number
  /** The first of an episode: after a new goal, or after somebody moved it. */
  readonly isFirst: boolean
}

interface PoseStamped {
  readonly header: { readonly stamp: RosTime }
  readonly pose: {
    readonly position: { readonly x: number; readonly y: number }
    readonly orientation: Readonly<Record<'x' | 'y' | 'z' | 'w', number>>
  }
}

/** What the object sensor saw, in order of capture. @param beganS - since 1970 [s] */
export function trackObject(messages: readonly ReadMessage[], beganS: number): ObjectSight[] {
  const sights: ObjectSight[] = []
  let isFirst = true
  for (const { message, topic } of messages) {
    // With the pose that was known then, a new goal is written after it: the next sight is the first.
    if (topic === '/goal/pose') isFirst = true
    if (topic !== '/object/pose') continue
    const { header, pose } = message as PoseStamped
    const { x: xM, y: yM } = pose.position
    const q = pose.orientation
    const last = sights.at(-1)
    const hasJumped = last !== undefined && Math.hypot(xM - last.xM, yM - last.yM) > JUMP_M
    const { nanosec, sec } = header.stamp
    const yawRad = yawOf([q.x, q.y, q.z, q.w])
    const timeS = sec + nanosec * 1e-9 - beganS
    if (last !== undefined && timeS <= last.timeS) continue
    sights.push({ timeS, xM, yM, yawRad, isFirst: isFirst || hasJumped })
    isFirst = false
  }
  return sights
}
