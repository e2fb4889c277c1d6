import type { RunFacts } from '../recording/record-run.node.ts'
import type { Recorder } from '../recording/recorder.node.ts'
import type { CommandContext } from './command.ts'

/** A recorder for the file of `--record`, if there is one. */
export async function startRecording(
  { options, out }: CommandContext,
  facts: RunFacts,
): Promise<Recorder | undefined> {
  const file = options['record'] as string | undefined
  if (file === undefined) return undefined
  const { recordRun } = await import('../recording/record-run.node.ts')
  return recordRun(file, facts, (error) => out.line(error.line))
}

/** For the result of a command; null where nothing came to be recorded. */
export function describeRecording({ file, isEmpty, isLost, numDropped }: Recorder) {
  return isEmpty ? null : { file, isComplete: !isLost, droppedMessages: numDropped }
}
