import { orderToken } from '../streams/access-token.ts'
import { RunShelf } from '../viewer/run-shelf.node.ts'
import { runsAnswers, serveStart } from '../viewer/runs-answers.node.ts'
import { TrainingChild } from '../viewer/training-child.node.ts'
import type { CommandContext, CommandOutcome } from './command.ts'
import { showPage } from './show-page.ts'

/**
 * The training runs of a folder, from whose page who has the token starts another; that ends with the page. Throws
 * CONFIG_FILE_MISSING for a folder of other things.
 */
export async function viewRuns(context: CommandContext): Promise<CommandOutcome> {
  const { args, options, out } = context
  const folder = args[0] as string
  const token = orderToken(options['token'] as string | undefined)
  const shelf = new RunShelf(folder)
  shelf.check()
  const training = new TrainingChild({
    ...{ folder, host: options['host'] as string, needsToken: token !== undefined },
  })
  const runs = { shelf, training, token }
  const url = await showPage(context, {
    page: 'run-list/',
    answers: runsAnswers(runs),
    addOrders: (app) => serveStart(app, runs),
    orders: { what: 'start a training', token },
  })
  if (training.live !== undefined) out.line(`Ending ${training.live.name} with a checkpoint …`)
  await training.end()
  return { result: { url, folder, runs: shelf.list().map(({ name }) => name) } }
}
