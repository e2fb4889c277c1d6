import { quaternionFromRpy } from '../../robot/model/pose.ts'
import { FrameTree } from '../../robot/sensors/frame-tree.ts'
import type { Place } from '../../robot/sensors/place.ts'
import type { SensorDescription, SensorPlace } from '../../robot/sensors/sensor.schema.ts'
import { secondsOf } from '../recording/ros-values.ts'
import type { TransformStamped } from '../streams/messages.schema.ts'
import { MESSAGE_TYPE, type Message } from '../streams/messages.ts'
import type { Stream, Subscription } from '../streams/stream.ts'

export interface StreamFramesOptions {
  readonly stream: Pick<Stream, 'subscribe'>
  /** Frame ids that mean the arm's base. */
  readonly baseFrames: readonly string[]
  /** What places further frames in the base. */
  readonly sensor?: Pick<SensorDescription, 'frames'> | undefined
  /** Time of the loop [s]. */
  readonly now: () => number
}

/** Frames as a sensor's description and the `/tf` and `/tf_static` of a stream place them. */
export class StreamFrames {
  readonly tree: FrameTree
  private readonly listeners = new Set<() => void>()
  private readonly subscriptions: readonly Subscription[]

  constructor({ baseFrames, now, sensor, stream }: StreamFramesOptions) {
    this.tree = new FrameTree(baseFrames, now)
    for (const [name, place] of Object.entries(sensor?.frames ?? {})) {
      this.tree.fix(name, toPlace(place))
    }
    this.subscriptions = (['/tf', '/tf_static'] as const).map((topic) =>
      stream.subscribe(topic, MESSAGE_TYPE.tf, (message) => {
        takeTransforms(this.tree, topic === '/tf_static', message)
        for (const listener of this.listeners) listener()
      }),
    )
  }

  /** Calls `listener` after each message that may have moved a frame. */
  onChange(listener: () => void): Subscription {
    this.listeners.add(listener)
    return { close: () => void this.listeners.delete(listener) }
  }

  close(): void {
    for (const each of this.subscriptions) each.close()
  }
}

export function toPlace({ positionM, rpyRad }: SensorPlace): Place {
  const quaternion = new Float64Array(4)
  quaternionFromRpy(rpyRad, quaternion)
  return { position: positionM, quaternion }
}

function takeTransforms(
  frames: FrameTree,
  isStill: boolean,
  { transforms }: Message<'tf2_msgs/msg/TFMessage'>,
): void {
  for (const each of transforms) {
    const { child_frame_id: frame, header } = each
    const stampS = secondsOf(header.stamp)
    if (isStill) frames.hold(frame, header.frame_id, transformOf(each), stampS)
    else frames.move(frame, header.frame_id, transformOf(each), stampS)
  }
}

function transformOf({ transform }: TransformStamped): Place {
  const { translation: t, rotation: q } = transform
  return { position: [t.x, t.y, t.z], quaternion: [q.x, q.y, q.z, q.w] }
}
