import {
  checkRunFolder,
  readMetricsPart,
  readTrainingRun,
} from '../viewer/read-training-run.node.ts'
import type { CommandContext, CommandOutcome } from './command.ts'
import { showPage } from './show-page.ts'

/** A training run, under way or over: its curves, which follow the log. Writes nothing. */
export async function viewRun(context: CommandContext): Promise<CommandOutcome> {
  const folder = context.args[0] as string
  checkRunFolder(folder)
  const url = await showPage(context, {
    page: 'training/',
    answers: {
      '/training/run.json': (request) => request.json(readTrainingRun(folder)),
      '/training/metrics.json': (request) => {
        const { file = '', from = '0' } = request.req.query()
        return request.json(readMetricsPart(folder, file, Number.parseInt(from, 10) || 0))
      },
    },
  })
  return { result: { url, run: folder } }
}
