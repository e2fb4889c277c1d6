import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { isSameText } from '../streams/socket-server.ts'
import { readMetricsPart, readTrainingRun } from './read-training-run.node.ts'
import { type TrainingOrder, trainingOrderSchema } from './requests.schema.ts'
import type { LiveTraining } from './training-run.ts'

const MAX_ORDER_BYTES = 1024

export type Answers = Readonly<Record<string, (context: Context) => Response | Promise<Response>>>

/** What the page of a training run asks for, by path. @param live - of the training that serves its own page */
export function trainingAnswers(folder: string, live: () => LiveTraining | null): Answers {
  const policy = join(folder, 'policy.onnx')
  return {
    '/training/run.json': (request) => {
      const hasPolicy = existsSync(policy)
      return request.json({ ...readTrainingRun(folder), hasPolicy, live: live() })
    },
    '/training/metrics.json': (request) => {
      const { file = '', from = '0' } = request.req.query()
      return request.json(readMetricsPart(folder, file, Number.parseInt(from, 10) || 0))
    },
    // The best so far, for the page that plays it.
    '/demo/policy.onnx': (request) =>
      existsSync(policy)
        ? request.body(new Uint8Array(readFileSync(policy)))
        : request.text('Not found', 404),
  }
}

export interface TrainingControl {
  readonly folder: string
  /** Who shows it may hold and end the training; undefined: everybody may. */
  readonly token: string | undefined
}

/** The pages of a training that is under way in this process, and what they may ask of it. */
export function serveTraining(
  app: Hono,
  { folder, token }: TrainingControl,
  onOrder: (order: TrainingOrder) => void,
): void {
  let isHeld = false
  const live = () => ({ needsToken: token !== undefined, isHeld })
  for (const [path, answer] of Object.entries(trainingAnswers(folder, live))) app.get(path, answer)
  app.post('/training/order', bodyLimit({ maxSize: MAX_ORDER_BYTES }), async (context) => {
    const asked: unknown = await context.req.json().catch(() => undefined)
    const parsed = trainingOrderSchema.safeParse(asked)
    if (!parsed.success) return context.text('not an order', 400)
    const { order, token: shown } = parsed.data
    if (token !== undefined && !isSameText(shown, token)) {
      return context.text('that is not the token that the terminal shows', 403)
    }
    onOrder(order)
    isHeld = order === 'hold'
    return context.json(live())
  })
}
