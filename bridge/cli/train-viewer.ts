import { asCodedError } from '../../configs/load/coded-error.ts'
import type { TrainJob } from '../../policy/learning/train-job.node.ts'
import { TrainingGate } from '../../policy/learning/training-gate.ts'
import type { TrainingWatch } from '../../policy/learning/worker-source.node.ts'
import type { TaskEnvConfig } from '../../sim/world/create-task-env.ts'
import type { Viewer } from '../viewer/start-viewer.node.ts'
import type { TrainingSight } from '../viewer/training-watcher.node.ts'
import type { CommandContext } from './command.ts'

/** At most so many arms are shown, this often [s]. */
const MAX_ARMS = 64
const LOOK_S = 0.04

export interface TrainViewerOptions {
  readonly place: { readonly host: string; readonly port: number }
  readonly job: TrainJob
  readonly outDir: string
}

/** The viewer of a training: its arms as they play, its curves; and orders from the page. */
export interface TrainViewer {
  readonly watch: TrainingWatch
  readonly gate: TrainingGate
  /** Aborts when a page or the user ends the training. */
  readonly signal: AbortSignal
  close(): Promise<void>
}

/** Opens as soon as there are arms to see; a viewer that cannot be opened is told of, and training goes on. */
export async function openTrainViewer(
  { options, out, signal }: CommandContext,
  { job, outDir, place }: TrainViewerOptions,
): Promise<TrainViewer> {
  const [{ startViewer }, { orderToken }] = await Promise.all([
    import('../viewer/start-viewer.node.ts'),
    import('../streams/access-token.ts'),
  ])
  const token = orderToken(options['token'] as string | undefined)
  const gate = new TrainingGate(() => performance.now() / 1000)
  const ending = new AbortController()
  const ended = AbortSignal.any([signal, ending.signal])
  // A training that is held could not end.
  ended.addEventListener('abort', () => gate.goOn(), { once: true })
  let viewer: Viewer | undefined
  let draws: Extract<TrainingSight, { kind: 'draws' }> | undefined
  let opening: Promise<void> = Promise.resolve()

  const open = async (scene: Extract<TrainingSight, { kind: 'scene' }>['scene']) => {
    viewer = await startViewer({
      ...place,
      scene,
      training: { folder: outDir, token },
      onRequest(request) {
        if (request.kind !== 'training') return
        if (request.order === 'stop') ending.abort()
        else if (request.order === 'hold') gate.hold()
        else gate.goOn()
      },
      onLost: (error) => out.line(error.line),
    })
    if (draws !== undefined) viewer.draws(draws)
    const hash = token === undefined ? '' : `#token=${token}`
    out.event({ type: 'ready', url: viewer.url, orderUrl: `${viewer.url}training/${hash}` })
    out.line(`Viewer: ${viewer.url}; to hold or end the training ${viewer.url}training/${hash}`)
  }
  return {
    gate,
    signal: ended,
    watch: {
      recipe: {
        module: new URL('../viewer/training-watcher.node.js', import.meta.url).href,
        factory: 'watchTraining',
        config: {
          environment: job.environment.config as TaskEnvConfig,
          count: MAX_ARMS,
          periodS: LOOK_S,
        },
      },
      onSeen(message) {
        const sight = message as TrainingSight
        if (sight.kind === 'scene') {
          opening = open(sight.scene).catch((error: unknown) => {
            const coded = asCodedError(error)
            if (coded === undefined) throw error
            out.line(coded.line)
          })
        } else if (sight.kind === 'worlds') viewer?.worlds(sight)
        else {
          draws = sight
          viewer?.draws(sight)
        }
      },
    },
    async close() {
      await opening
      await viewer?.close()
    },
  }
}
