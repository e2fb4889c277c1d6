import { readRecording } from '../recording/read-recording.node.ts'
import { framesOfRecording, SHOWN_TOPICS } from '../viewer/recording-frames.ts'
import type { CommandContext, CommandOutcome } from './command.ts'
import { showPage } from './show-page.ts'

/** A run of before, or two of them beside each other, with a time line. Throws BRIDGE_RECORDING_INVALID. */
export async function viewRecording(context: CommandContext): Promise<CommandOutcome> {
  const [file, besideFile] = context.args as [string, string | undefined]
  const shown = readShown(file)
  const beside = besideFile === undefined ? undefined : readShown(besideFile)
  const url = await showPage(context, {
    page: beside === undefined ? '?recording' : '?recording&beside',
    answers: {
      '/recording.json': (request) => request.body(shown.text, 200, JSON_TYPE),
      ...(beside && {
        '/beside.json': (request) => request.body(beside.text, 200, JSON_TYPE),
      }),
    },
  })
  return {
    result: {
      ...{ url, recording: file, isComplete: shown.isComplete },
      ...(beside && { beside: besideFile, isBesideComplete: beside.isComplete }),
    },
  }
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }

function readShown(file: string): { readonly text: string; readonly isComplete: boolean } {
  const recording = readRecording(file, SHOWN_TOPICS)
  const text = JSON.stringify(framesOfRecording(file, recording))
  return { text, isComplete: recording.isComplete }
}
