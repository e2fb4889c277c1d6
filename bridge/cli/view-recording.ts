import { openRecording } from '../recording/read-recording.node.ts'
import { framesOfRecording, type RecordingFrame, SHOWN_TOPICS } from '../viewer/recording-frames.ts'
import type { CommandContext, CommandOutcome, Output } from './command.ts'
import { showPage } from './show-page.ts'

/** A run of before, or two of them beside each other, with a time line. Throws BRIDGE_RECORDING_INVALID. */
export async function viewRecording(context: CommandContext): Promise<CommandOutcome> {
  const [file, besideFile] = context.args as [string, string | undefined]
  const shown = readShown(file, context.out)
  const beside = besideFile === undefined ? undefined : readShown(besideFile, context.out)
  const url = await showPage(context, {
    page: beside === undefined ? '?recording' : '?recording&beside',
    answers: {
      '/recording.json': (request) => request.body(shown.bytes, 200, JSON_TYPE),
      ...(beside && {
        '/beside.json': (request) => request.body(beside.bytes, 200, JSON_TYPE),
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

/** Numbers are told to the micrometre and microradian: more is not to be seen. */
const PER_UNIT = 1e6

function readShown(file: string, out: Output) {
  const recording = openRecording(file, SHOWN_TOPICS)
  const { frames, isThinned, everyS, ...rest } = framesOfRecording(file, recording, frameText)
  if (isThinned) out.line(`${file} is long: the page shows a state each ${everyS.toFixed(2)} s`)
  // Of an hour, texts take some 50 MB, objects several times that.
  const head = JSON.stringify(rest).slice(0, -1)
  const bytes = Buffer.from(`${head},"frames":[${frames.join(',')}]}`)
  return { bytes, isComplete: recording.isComplete }
}

const frameText = (frame: RecordingFrame): string =>
  JSON.stringify(frame, (_, value: unknown) =>
    typeof value === 'number' ? Math.round(value * PER_UNIT) / PER_UNIT : value,
  )
