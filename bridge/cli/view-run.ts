import { trainingAnswers } from '../viewer/training-answers.node.ts'
import type { CommandContext, CommandOutcome } from './command.ts'
import { showPage } from './show-page.ts'

/** A training run, under way or over: its curves, which follow the log. Writes nothing. */
export async function viewRun(context: CommandContext): Promise<CommandOutcome> {
  const folder = context.args[0] as string
  const url = await showPage(context, {
    page: 'training/',
    answers: trainingAnswers(
      () => folder,
      () => null,
    ),
  })
  return { result: { url, run: folder } }
}
