import { CodedError } from '../../configs/load/coded-error.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { isDataset } from '../lerobot/read-dataset.node.ts'
import { type ReadMessage, readRecording } from '../recording/read-recording.node.ts'
import type { LoggedRun } from '../replay/load-run.node.ts'
import { messagesOfTrack, STREAMED_TOPICS, streamRecording } from '../replay/stream-recording.ts'
import { startRosbridgeServer, TopicGraph } from '../streams/index.ts'
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
  const messages = isDataset(file) ? messagesOfTrack((await load()).track) : read(file)
  const speed = (options['speed'] as number | undefined) ?? 1
  const clock = new RealClock()
  const graph = new TopicGraph({ latched: ['/goal/pose'] })
  const { host, port } = parseHostPort((options['stream'] as string | undefined) ?? DEFAULT_STREAM)
  const server = await startRosbridgeServer({ graph, clock, host, port })
  try {
    const stream = `${server.host}:${server.port}`
    const durationS = (messages.at(-1)!.epochS - messages[0]!.epochS) / speed
    out.event({ type: 'ready', stream, durationS })
    out.line(`${messages.length} messages on ws://${stream}, from the first client's arrival on`)
    while (server.numClients === 0 && !signal.aborted) {
      await clock.sleepUntil(clock.now() + LOOK_S, signal).catch(() => {})
    }
    await clock.sleepUntil(clock.now() + SUBSCRIBE_S, signal).catch(() => {})
    const published = await streamRecording(messages, graph, {
      ...{ clock, signal, speed },
      epochOffsetS: (performance.timeOrigin + performance.now()) / 1000 - clock.now(),
      onProgress: (done) => out.progress({ done, total: durationS, unit: 's' }),
    })
    const isWhole = published === messages.length
    return {
      result: { recording: file, published, isWhole, droppedFrames: server.numDropped },
      summary: `Published ${published} of ${messages.length} messages.`,
      exitCode: isWhole ? 0 : 130,
    }
  } finally {
    await server.close()
  }
}

function read(file: string): readonly ReadMessage[] {
  const { messages } = readRecording(file, STREAMED_TOPICS)
  if (messages.length > 0) return messages
  throw new CodedError('BRIDGE_RECORDING_INVALID', `${file} holds nothing of ${STREAMED_TOPICS}`, {
    hint: 'record a run with sim2arm deploy --record',
  })
}
