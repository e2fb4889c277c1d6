import type { Context, Hono } from 'hono'
import { listConfigs } from '../../configs/load/load.node.ts'
import { isTrusted, serveOrders } from './orders.node.ts'
import { startOrderSchema } from './requests.schema.ts'
import type { RunShelf } from './run-shelf.node.ts'
import { trainingAnswers } from './training-answers.node.ts'
import type { TrainingChild } from './training-child.node.ts'
import type { RunsAnswer, StartedRun } from './training-run.ts'
import type { Answers } from './web-app.node.ts'

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

/** Starts a training where none that was started here is under way, in a folder of its own. */
export function serveStart(app: Hono, { shelf, token, training }: RunsOptions): void {
  serveOrders(app, {
    ...{ path: '/run-list/start', schema: startOrderSchema, token },
    answer(order, context) {
      const { config, name } = order
      if (!listConfigs('train').includes(config)) {
        return context.text(`there is no training config ${config}`, 400)
      }
      if (training.live !== undefined) {
        return context.text(`${training.live.name} is under way: one training at a time`, 409)
      }
      if (shelf.has(name)) return context.text(`there is already something called ${name}`, 409)
      training.start(order)
      return context.json({ name })
    },
  })
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
