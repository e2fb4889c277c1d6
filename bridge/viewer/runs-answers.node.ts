import type { Context, Hono } from 'hono'
import { asCodedError, CodedError } from '../../configs/load/coded-error.ts'
import { listConfigs } from '../../configs/load/load.node.ts'
import { isTrusted, serveOrders } from './orders.node.ts'
import { resumeOrderSchema, startOrderSchema } from './requests.schema.ts'
import type { RunShelf } from './run-shelf.node.ts'
import { trainingAnswers } from './training-answers.node.ts'
import type { TrainingChild } from './training-child.node.ts'
import type { RunsAnswer, StartedRun } from './training-run.ts'
import type { Answers } from './web-app.node.ts'

/** Room for overrides. */
const START_BYTES = 8192

export interface RunsOptions {
  readonly shelf: RunShelf
  readonly training: TrainingChild
  /** Who shows it may start a training; undefined: everybody may. */
  readonly token: string | undefined
}

/** What the page of a folder of runs asks for, and the pages of its runs (`?run=NAME`), by path. */
export function runsAnswers({ shelf, token, training }: RunsOptions): Answers {
  return {
    ...trainingAnswers(
      (request) => shelf.find(request.req.query('run') ?? ''),
      () => null,
    ),
    '/run-list/runs.json': (request) => {
      const mayStart = isTrusted(shownToken(request), token)
      const answer: RunsAnswer = {
        folder: shelf.folder,
        runs: shelf.list(),
        configs: listConfigs('train'),
        mayStart,
        live: startedRun(training, mayStart),
        failure: training.failure,
      }
      return request.json(answer)
    },
  }
}

/** Starts a training, or goes on with one, where none of the folder is under way. */
export function serveStart(app: Hono, { shelf, token, training }: RunsOptions): void {
  const underWay = () =>
    training.live?.name ?? shelf.list().find(({ isRunning }) => isRunning)?.name
  const busy = (context: Context, name: string) =>
    context.text(`${name} is under way: one training at a time`, 409)
  serveOrders(app, {
    ...{ path: '/run-list/start', schema: startOrderSchema, token, maxBytes: START_BYTES },
    async answer(order, context) {
      const { config, name, set } = order
      if (!listConfigs('train').includes(config)) {
        return context.text(`there is no training config ${config}`, 400)
      }
      const refusal = await refuseOverrides(config, set)
      if (refusal !== undefined) return context.text(refusal, 400)
      const other = underWay()
      if (other !== undefined) return busy(context, other)
      if (shelf.has(name)) return context.text(`there is already something called ${name}`, 409)
      training.start(order)
      return context.json({ name })
    },
  })
  serveOrders(app, {
    ...{ path: '/run-list/resume', schema: resumeOrderSchema, token },
    answer(order, context) {
      const { name } = order
      const other = underWay()
      if (other !== undefined) return busy(context, other)
      const run = shelf.list().find((each) => each.name === name)
      if (run?.canResume !== true)
        return context.text(`${name} has no checkpoint to go on from`, 409)
      training.resume(order, run.wallS ?? 0)
      return context.json({ name })
    },
  })
}

/** Values that name files: a page may only choose among what is shipped. */
const NAMES_FILE = /[/\\]|\.(ya?ml|onnx)\b/

/** Why a config with these overrides cannot be trained, as `train --set` says it; undefined where it can. */
async function refuseOverrides(
  config: string,
  set: readonly string[],
): Promise<string | undefined> {
  const { loadTrainConfig, resolveTrainJob } = await import(
    '../../policy/learning/train-job.node.ts'
  )
  try {
    const file = set.find((each) => NAMES_FILE.test(each))
    if (file !== undefined) {
      throw new CodedError('CONFIG_SET_INVALID', `--set ${file} names a file`, {
        hint: 'from a page only shipped names can be chosen; start this one in a terminal',
      })
    }
    resolveTrainJob(loadTrainConfig(config, set))
    return undefined
  } catch (error) {
    const coded = asCodedError(error)
    if (coded === undefined) throw error
    return coded.line
  }
}

/** Sent as a header: addresses are remembered and written into logs. */
function shownToken(request: Context): string {
  return /^Bearer (.+)$/.exec(request.req.header('authorization') ?? '')?.[1] ?? ''
}

function startedRun({ live }: TrainingChild, mayOrder: boolean): StartedRun | null {
  if (live === undefined) return null
  const { name, url } = live
  return {
    name,
    port: url === null ? null : Number(url.port),
    hash: mayOrder ? (url?.hash ?? '') : '',
  }
}
