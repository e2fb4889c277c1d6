import type { EventClock } from '../../robot/model/clock.ts'
import type { ArmTrack } from '../../sim/identify/arm-track.ts'
import type { ReadMessage } from '../recording/read-recording.node.ts'
import { secondsOf, stampOf } from '../recording/ros-values.ts'
import { TOPICS, type Topic } from '../recording/topics.ts'
import { type Message, type MessageType, messageType } from '../streams/messages.ts'
import type { Stream } from '../streams/stream.ts'

/** What a recording holds of types that streams carry. */
export const STREAMED_TOPICS = (Object.keys(TOPICS) as Topic[]).filter(
  (topic) => messageType(TOPICS[topic]) !== null,
)

export interface StreamRecordingOptions {
  readonly clock: Pick<EventClock, 'now' | 'sleepUntil'>
  /** Seconds since 1970 at the clock's zero. */
  readonly epochOffsetS: number
  /** Of the recorded pace, 1 as it was. */
  readonly speed: number
  /** Begin again after the end, until the signal aborts. */
  readonly isLooped?: boolean
  readonly signal: AbortSignal
  /** Since the beginning of the pass, of `duration / speed` [s]. */
  readonly onProgress?: (timeS: number) => void
}

/** Between the end and the next beginning: longer than a sensor is late, so that stamps go on forwards [s]. */
const PAUSE_S = 1

interface Stamped {
  readonly header?: { readonly stamp: { readonly sec: number; readonly nanosec: number } }
}

/** What is to be published, and what is known of it before. */
export interface StreamedRecording {
  /** In order. */
  readonly messages: Iterable<ReadMessage>
  readonly count: number
  readonly durationS: number
  readonly topics: readonly string[]
}

/** Goes once through messages of `STREAMED_TOPICS`, and keeps none. */
export function surveyRecording(messages: Iterable<ReadMessage>): StreamedRecording {
  const topics = new Set<string>()
  let count = 0
  let firstS = 0
  let lastS = 0
  for (const { epochS, topic } of messages) {
    if (count === 0) firstS = epochS
    lastS = epochS
    topics.add(topic)
    count++
  }
  return { messages, count, durationS: lastS - firstS, topics: [...topics] }
}

/** What was published, and how often all of it. */
export interface Streamed {
  readonly messages: number
  readonly passes: number
}

/**
 * Publishes recorded messages at their pace, as if they happened now: a message that was so old when it was recorded
 * is so old again.
 *
 * @param messages - of `STREAMED_TOPICS`, in order; gone through anew in each pass
 */
export async function streamRecording(
  messages: Iterable<ReadMessage>,
  stream: Pick<Stream, 'publish'>,
  options: StreamRecordingOptions,
): Promise<Streamed> {
  const { clock, isLooped, signal } = options
  const streamed = { messages: 0, passes: 0 }
  do {
    if (streamed.passes > 0) {
      await clock.sleepUntil(clock.now() + PAUSE_S, signal).catch(() => {})
    }
    const { isWhole, published } = await streamOnce(messages, stream, options)
    streamed.messages += published
    if (isWhole) streamed.passes++
  } while (isLooped === true && !signal.aborted)
  return streamed
}

async function streamOnce(
  messages: Iterable<ReadMessage>,
  stream: Pick<Stream, 'publish'>,
  { clock, epochOffsetS, onProgress, signal, speed }: StreamRecordingOptions,
): Promise<{ readonly published: number; readonly isWhole: boolean }> {
  const beganS = clock.now()
  let firstS: number | undefined
  let published = 0
  for (const { epochS, message, topic } of messages) {
    firstS ??= epochS
    const dueS = beganS + (epochS - firstS) / speed
    if (dueS > clock.now()) await clock.sleepUntil(dueS, signal).catch(() => {})
    if (signal.aborted) return { published, isWhole: false }
    const type = messageType(TOPICS[topic as Topic])!
    const moved = restamp(message as Stamped, dueS + epochOffsetS - epochS)
    stream.publish(topic, type, plain(moved) as Message<MessageType>)
    published++
    onProgress?.((epochS - firstS) / speed)
  }
  return { published, isWhole: true }
}

/** A track as the messages that a recording of it would hold. */
export function messagesOfTrack(track: ArmTrack): ReadMessage[] {
  const { beganS, command, jointNames, measured, timeS, measuredS = timeS } = track
  return Array.from(timeS, (time, cycle) => {
    const epochS = beganS + time
    const message = (position: Float64Array, stampS = epochS) => ({
      header: { stamp: stampOf(stampS), frame_id: '' },
      ...{ name: jointNames, position, velocity: [], effort: [] },
    })
    return [
      {
        topic: '/joint_states',
        epochS,
        message: message(measured[cycle]!, beganS + measuredS[cycle]!),
      },
      { topic: '/joint_commands', epochS, message: message(command[cycle]!) },
    ]
  }).flat()
}

/** A stamp of zero stays: it says that there is none. */
function restamp<T extends Stamped>(message: T, laterS: number): T {
  const { header } = message
  if (header === undefined) return message
  const stampS = secondsOf(header.stamp)
  return stampS === 0
    ? message
    : { ...message, header: { ...header, stamp: stampOf(stampS + laterS) } }
}

/** Typed arrays as lists: JSON writes them as objects. */
function plain(message: object): object {
  return Object.fromEntries(
    Object.entries(message).map(([key, value]) => [
      key,
      ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value,
    ]),
  )
}
