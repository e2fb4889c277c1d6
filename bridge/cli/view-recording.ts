import { readRecording } from '../recording/read-recording.node.ts'
import { framesOfRecording, SHOWN_TOPICS } from '../viewer/recording-frames.ts'
import type { CommandContext, CommandOutcome } from './command.ts'
import { showPage } from './show-page.ts'

/** A run of before, with a time line. Throws BRIDGE_RECORDING_INVALID. */
export async function viewRecording(context: CommandContext): Promise<CommandOutcome> {
  const file = context.args[0] as string
  const recording = readRecording(file, SHOWN_TOPICS)
  const text = JSON.stringify(framesOfRecording(file, recording))
  const url = await showPage(context, {
    page: '?recording',
    answers: {
      '/recording.json': (request) =>
        request.body(text, 200, { 'content-type': 'application/json; charset=utf-8' }),
    },
  })
  return { result: { url, recording: file, isComplete: recording.isComplete } }
}
