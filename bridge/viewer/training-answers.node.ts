import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Context, Hono } from 'hono'
import { asCodedError } from '../../configs/load/coded-error.ts'
import { listCheckpoints } from '../../policy/learning/checkpoint-store.node.ts'
import { CHECKPOINTS } from '../../policy/learning/run-folder.node.ts'
import { serveOrders } from './orders.node.ts'
import { readMetricsPart, readTrainingRun } from './read-training-run.node.ts'
import { type TrainingOrder, trainingOrderSchema } from './requests.schema.ts'
import type { LiveTraining } from './training-run.ts'
import type { Answers } from './web-app.node.ts'

/**
 * What the page of a training run asks for, by path.
 * @param folderOf - the run folder that a request is about
 * @param live - of the training that serves its own page
 */
export function trainingAnswers(
  folderOf: (request: Context) => string | undefined,
  live: () => LiveTraining | null,
): Answers {
  const about =
    (answer: (folder: string, request: Context) => Response | Promise<Response>) =>
    (request: Context) => {
      const folder = folderOf(request)
      return folder === undefined ? request.text('Not found', 404) : answer(folder, request)
    }
  return {
    '/training/run.json': about((folder, request) =>
      request.json({
        ...readTrainingRun(folder),
        hasPolicy: existsSync(join(folder, BEST)),
        checkpoints: listCheckpoints(join(folder, CHECKPOINTS)),
        live: live(),
      }),
    ),
    '/training/metrics.json': about((folder, request) => {
      const { file = '', from = '0' } = request.req.query()
      return request.json(readMetricsPart(folder, file, Number.parseInt(from, 10) || 0))
    }),
    '/demo/policy.onnx': about(answerPolicy),
  }
}

/** The best policy so far, in the run folder. */
const BEST = 'policy.onnx'

/** The best so far, or that of the checkpoint that is asked for, for the page that plays it. */
async function answerPolicy(folder: string, request: Context): Promise<Response> {
  const file = request.req.query('file') ?? BEST
  if (file === BEST && existsSync(join(folder, BEST))) {
    return request.body(new Uint8Array(readFileSync(join(folder, BEST))))
  }
  if (!listCheckpoints(join(folder, CHECKPOINTS)).includes(file)) {
    return request.text('Not found', 404)
  }
  const [{ policyOfCheckpoint }, { writePolicyFile }] = await Promise.all([
    import('../../policy/learning/checkpoint-policy.node.ts'),
    import('../../policy/file/policy-file.ts'),
  ])
  try {
    return request.body(
      writePolicyFile(policyOfCheckpoint(folder, file)) as Uint8Array<ArrayBuffer>,
    )
  } catch (error) {
    const coded = asCodedError(error)
    if (coded === undefined) throw error
    return request.text(coded.message, 409)
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
  const answers = trainingAnswers(() => folder, live)
  for (const [path, answer] of Object.entries(answers)) app.get(path, answer)
  serveOrders(app, {
    ...{ path: '/training/order', schema: trainingOrderSchema, token },
    answer({ order }, context) {
      onOrder(order)
      isHeld = order === 'hold'
      return context.json(live())
    },
  })
}
