import { inParent } from '../../robot/sensors/frame-tree.ts'
import type { Place } from '../../robot/sensors/place.ts'
import type { SensorDescription, SensorPlace } from '../../robot/sensors/sensor.schema.ts'
import { secondsOf } from '../recording/ros-values.ts'
import { MESSAGE_TYPE, type Message } from '../streams/messages.ts'
import type { Stream, Subscription } from '../streams/stream.ts'
import { type StreamFrames, toPlace } from './stream-frames.ts'

/** Takes an object's pose in the arm's base; the stamp is the time of capture, here on the sender's clock [s]. */
export type ObjectListener = (stampS: number, poseBaseObject: Place) => void

/** Told of messages that could not be used, and why. */
export type Rejection = 'frame' | 'notSeen' | 'uncertain'

export interface ObjectMessagesOptions {
  readonly stream: Pick<Stream, 'subscribe'>
  readonly topic: string
  /** Of the same stream. */
  readonly frames: StreamFrames
  /** What the messages mean; undefined: poses of the object. */
  readonly sensor: SensorDescription | undefined
  readonly onPose: ObjectListener
  readonly onRejected: (reason: Rejection) => void
}

/** Turns the messages of an object sensor, whatever they are, into poses of the object in the arm's base. */
export function readObjectMessages(options: ObjectMessagesOptions): Subscription {
  const { sensor } = options
  const reader = { ...options, poseMarkerObject: toPlace(sensor?.objectInMarker ?? ORIGIN) }
  const message = sensor?.message ?? { kind: 'pose' }
  return message.kind === 'pose' ? readPoses(reader) : readTags(reader, message)
}

const ORIGIN: SensorPlace = { positionM: [0, 0, 0], rpyRad: [0, 0, 0] }
/** How far apart a detection and its transform may be stamped [s]: they come from one image. */
const SAME_IMAGE_S = 1e-3

interface Reader extends ObjectMessagesOptions {
  readonly poseMarkerObject: Place
}

function readPoses({ frames, onPose, onRejected, poseMarkerObject, stream, topic }: Reader) {
  return stream.subscribe(topic, MESSAGE_TYPE.poseStamped, ({ header, pose }) => {
    const stampS = secondsOf(header.stamp)
    const found = frames.tree.toBase(
      header.frame_id,
      inParent(placeOf(pose), poseMarkerObject),
      stampS,
    )
    if (found === null) onRejected('frame')
    else onPose(stampS, found)
  })
}

type TagMessage = Extract<SensorDescription['message'], { kind: 'tags' }>

/** A detection says that the tag is seen well enough, its transform of the same image where; they come in any order. */
function readTags(reader: Reader, tag: TagMessage): Subscription {
  const { frames, onPose, onRejected, poseMarkerObject, stream, topic } = reader
  let seenS = Number.NaN
  let doneS = Number.NaN
  const settle = () => {
    const placedS = frames.tree.stampOf(tag.frame)
    if (placedS === undefined || !(Math.abs(placedS - seenS) < SAME_IMAGE_S)) return
    if (seenS === doneS) return
    doneS = seenS
    const found = frames.tree.toBase(tag.frame, poseMarkerObject, placedS)
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
  const transforms = frames.onChange(settle)
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

/** A pose of a message. */
export function placeOf({
  orientation: q,
  position: p,
}: Message<'geometry_msgs/msg/PoseStamped'>['pose']): Place {
  return { position: [p.x, p.y, p.z], quaternion: [q.x, q.y, q.z, q.w] }
}
