import { quaternionFromRpy } from '../../robot/model/pose.ts'
import { FrameTree, inParent, type Place } from '../../robot/sensors/frame-tree.ts'
import type { SensorDescription, SensorPlace } from '../../robot/sensors/sensor.schema.ts'
import { secondsOf } from '../recording/ros-values.ts'
import type { TransformStamped } from '../streams/messages.schema.ts'
import { MESSAGE_TYPE, type Message } from '../streams/messages.ts'
import type { Stream, Subscription } from '../streams/stream.ts'

/** Takes an object's pose in the arm's base; the stamp is the time of capture on the sender's clock [s]. */
export type ObjectListener = (stampS: number, poseBaseObject: Place) => void

/** Told of messages that could not be used, and why. */
export type Rejection = 'frame' | 'notSeen' | 'uncertain'

export interface ObjectMessagesOptions {
  readonly stream: Pick<Stream, 'subscribe'>
  readonly topic: string
  /** Frame ids that mean the arm's base. */
  readonly baseFrames: readonly string[]
  /** What the messages mean; undefined: poses of the object. */
  readonly sensor: SensorDescription | undefined
  readonly onPose: ObjectListener
  readonly onRejected: (reason: Rejection) => void
}

/** Turns the messages of an object sensor, whatever they are, into poses of the object in the arm's base. */
export function readObjectMessages(options: ObjectMessagesOptions): Subscription {
  const { baseFrames, sensor } = options
  const frames = new FrameTree(baseFrames)
  for (const [name, place] of Object.entries(sensor?.frames ?? {})) {
    frames.fix(name, toPlace(place))
  }
  const reader = { ...options, frames, poseMarkerObject: toPlace(sensor?.objectInMarker ?? ORIGIN) }
  const transforms = TRANSFORM_TOPICS.map((topic) =>
    options.stream.subscribe(topic, MESSAGE_TYPE.tf, (message) => takeTransforms(frames, message)),
  )
  const message = sensor?.message ?? { kind: 'pose' }
  const objects = message.kind === 'pose' ? readPoses(reader) : readTags(reader, message)
  return {
    close() {
      for (const each of [objects, ...transforms]) each.close()
    },
  }
}

const ORIGIN: SensorPlace = { positionM: [0, 0, 0], rpyRad: [0, 0, 0] }
const TRANSFORM_TOPICS = ['/tf', '/tf_static'] as const
/** How far apart a detection and its transform may be stamped [s]: they come from one image. */
const SAME_IMAGE_S = 1e-3

interface Reader extends ObjectMessagesOptions {
  readonly frames: FrameTree
  readonly poseMarkerObject: Place
}

function readPoses({ frames, onPose, onRejected, poseMarkerObject, stream, topic }: Reader) {
  return stream.subscribe(topic, MESSAGE_TYPE.poseStamped, ({ header, pose }) => {
    const { position: p, orientation: q } = pose
    const posed = { position: [p.x, p.y, p.z], quaternion: [q.x, q.y, q.z, q.w] }
    const found = frames.toBase(frameOf(header), inParent(posed, poseMarkerObject))
    if (found === null) onRejected('frame')
    else onPose(secondsOf(header.stamp), found)
  })
}

type TagMessage = Extract<SensorDescription['message'], { kind: 'tags' }>

/** A detection says that the tag is seen well enough, its transform of the same image where; they come in any order. */
function readTags(reader: Reader, tag: TagMessage): Subscription {
  const { frames, onPose, onRejected, poseMarkerObject, stream, topic } = reader
  let seenS = Number.NaN
  let doneS = Number.NaN
  const settle = () => {
    const placedS = frames.stampOf(tag.frame)
    if (placedS === undefined || !(Math.abs(placedS - seenS) < SAME_IMAGE_S)) return
    if (seenS === doneS) return
    doneS = seenS
    const found = frames.toBase(tag.frame, poseMarkerObject)
    if (found === null) onRejected('frame')
    else onPose(seenS, found)
  }
  const detections = stream.subscribe(topic, MESSAGE_TYPE.tags, ({ header, detections: all }) => {
    const own = all.find(({ id, family }) => id === tag.id && isFamily(family, tag.family))
    if (own === undefined) onRejected('notSeen')
    else if (own.hamming > tag.maxHamming || own.decision_margin < tag.minDecisionMargin)
      onRejected('uncertain')
    else {
      seenS = secondsOf(header.stamp)
      settle()
    }
  })
  // Subscribed after the frames: by now they know the transform.
  const transforms = stream.subscribe('/tf', MESSAGE_TYPE.tf, settle)
  return {
    close() {
      detections.close()
      transforms.close()
    },
  }
}

/** Some nodes name the family `36h11`, others `tag36h11`. */
function isFamily(found: string, wanted: string): boolean {
  return found.replace(/^tag/i, '') === wanted.replace(/^tag/i, '')
}

function takeTransforms(
  frames: FrameTree,
  { transforms }: Message<'tf2_msgs/msg/TFMessage'>,
): void {
  for (const each of transforms) {
    frames.move(
      withoutSlash(each.child_frame_id),
      frameOf(each.header),
      transformOf(each),
      secondsOf(each.header.stamp),
    )
  }
}

function transformOf({ transform }: TransformStamped): Place {
  const { translation: t, rotation: q } = transform
  return { position: [t.x, t.y, t.z], quaternion: [q.x, q.y, q.z, q.w] }
}

function toPlace({ positionM, rpyRad }: SensorPlace): Place {
  const quaternion = new Float64Array(4)
  quaternionFromRpy(rpyRad, quaternion)
  return { position: positionM, quaternion }
}

/** Frame of a message, without the slash that ROS 1 put before it. */
export function frameOf(header: { readonly frame_id: string }): string {
  return withoutSlash(header.frame_id)
}

function withoutSlash(name: string): string {
  return name.replace(/^\//, '')
}
