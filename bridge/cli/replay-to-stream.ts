import { CodedError } from '../../configs/load/coded-error.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { isDataset } from '../lerobot/is-dataset.node.ts'
import { openRecording } from '../recording/read-recording.node.ts'
import type { LoggedRun } from '../replay/load-run.node.ts'
import {
  messagesOfTrack,
  STREAMED_TOPICS,
  type Streamed,
  type StreamedRecording,
  streamRecording,
  surveyRecording,
} from '../replay/stream-recording.ts'
import { epochNow } from '../streams/epoch-now.ts'
import { accessToken, startRosbridgeServer, TopicGraph } from '../streams/index.ts'
import type { CommandContext, CommandOutcome } from './command.ts'
import { parseHostPort } from './option-values.ts'

const DEFAULT_STREAM = '127.0.0.1:9090'
/** How often it looks for the first client, and what that gets to subscribe before the first message [s]. */
const LOOK_S = 0.05
const SUBSCRIBE_S = 0.5

/** Serves a recording's topics as rosbridge, at the recorded pace, from the first client's arrival on. */
export async function replayToStream(
  { args, options, out, signal }: CommandContext,
  load: () => Promise<LoggedRun>,
): Promise<CommandOutcome> {
  const file = args[0] as string
  const { count, durationS: recordedS, messages, topics } = await streamedMessages(file, load)
  const speed = (options['speed'] as number | undefined) ?? 1
  const isLooped = options['loop'] === true
  const clock = new RealClock()
  const graph = new TopicGraph({ latched: ['/goal/pose'] })
  const { host, port } = parseHostPort((options['stream'] as string | undefined) ?? DEFAULT_STREAM)
  const token = accessToken(host, options['token'] as string | undefined)
  const server = await startRosbridgeServer({
    ...{ graph, clock, host, port, rights: { readOnly: topics } },
    ...(token !== undefined && { token }),
  })
  try {
    const stream = `${server.host}:${server.port}`
    const durationS = recordedS / speed
    out.event({ type: 'ready', stream, durationS, ...(token !== undefined && { token }) })
    out.line(`${count} messages on ws://${stream}, from the first client's arrival on`)
    if (token !== undefined) out.line(`its token: ${token}`)
    while (server.numClients === 0 && !signal.aborted) {
      await clock.sleepUntil(clock.now() + LOOK_S, signal).catch(() => {})
    }
    await clock.sleepUntil(clock.now() + SUBSCRIBE_S, signal).catch(() => {})
    const streamed = await streamRecording(messages, graph, {
      ...{ clock, isLooped, signal, speed },
      epochOffsetS: epochNow() - clock.now(),
      onProgress: (done) => out.progress({ done, total: durationS, unit: 's' }),
    })
    const outcome = describeStreamed(file, streamed)
    return { ...outcome, result: { ...outcome.result, droppedFrames: server.numDropped } }
  } finally {
    await server.close()
  }
}

/** What a recording, or an episode of a dataset, holds of `STREAMED_TOPICS`. Throws BRIDGE_RECORDING_INVALID. */
export async function streamedMessages(
  file: string,
  load: () => Promise<LoggedRun>,
): Promise<StreamedRecording> {
  return isDataset(file) ? surveyRecording(messagesOfTrack((await load()).track)) : read(file)
}

/** Whole is what came to its end at least once. */
export function describeStreamed(file: string, { messages, passes }: Streamed): CommandOutcome {
  const isWhole = passes > 0
  const times = passes > 1 ? `, ${passes} times the whole` : ''
  return {
    result: { recording: file, published: messages, passes, isWhole },
    summary: `Published ${messages} messages${times}${isWhole ? '' : ', not the whole'}.`,
    exitCode: isWhole ? 0 : 130,
  }
}

function read(file: string): StreamedRecording {
  const recording = surveyRecording(openRecording(file, STREAMED_TOPICS).messages)
  if (recording.count > 0) return recording
  throw new CodedError('BRIDGE_RECORDING_INVALID', `${file} holds nothing of ${STREAMED_TOPICS}`, {
    hint: 'record a run with sim2arm deploy --record',
  })
}
