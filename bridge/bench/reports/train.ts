import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { trainJob } from '../../../policy/learning/train.node.ts'
import type { UpdateEvent } from '../../../policy/learning/train-events.ts'
import { loadTrainConfig, resolveTrainJob } from '../../../policy/learning/train-job.node.ts'
import type { CommandContext, CommandOutcome } from '../../cli/command.ts'
import { spreadOf } from '../figures.ts'
import { heldUpS, processStopwatch } from '../stopwatch.node.ts'
import { formatNumber, formatSpread, formatTable } from '../table.ts'

/** Updates timed, after a first one that is not: it compiles. */
const UPDATES = 2

/**
 * Speed of training with learning included, by a few updates of a real run that is thrown away. `busy` is
 * the share of the cores that it had; `ready` adds what it would have had, were it alone on the machine.
 */
export async function reportTrain(context: CommandContext): Promise<CommandOutcome> {
  const { options, out, set } = context
  const arm = (options['arm'] as string | undefined) ?? 'so101'
  const task = (options['task'] as string | undefined) ?? 'push'
  const updates = (options['repeats'] as number | undefined) ?? UPDATES
  const never = ['evaluation.everyUpdates=100000', 'checkpointEveryUpdates=100000']
  const config = loadTrainConfig(`${task}-${arm}`, [...never, ...set])
  const ending = new AbortController()
  const events: (UpdateEvent & { readonly cpuS: number; readonly heldUpS: number })[] = []
  const folder = await mkdtemp(join(tmpdir(), 'sim2arm-bench-'))
  try {
    const { backend, workers } = await trainJob(resolveTrainJob(config), {
      outDir: join(folder, 'run'),
      signal: AbortSignal.any([context.signal, ending.signal]),
      onEvent(event) {
        if (event.kind !== 'update') return
        events.push({ ...event, cpuS: processStopwatch.cpuS(), heldUpS: heldUpS() })
        if (events.length > updates) ending.abort()
      },
    })
    context.signal.throwIfAborted()
    const rates = events.slice(1).map(({ steps, wallS }, k) => {
      const before = events[k]!
      return (steps - before.steps) / (wallS - before.wallS)
    })
    const stepsPerS = spreadOf(rates)
    const last = events.at(-1)!
    const first = events[0]!
    const wallS = last.wallS - first.wallS
    const cores = (last.cpuS - first.cpuS) / wallS
    const { collectS, simulateS, inferS, learnS, gradientWaitS } = last.times
    const seconds = [collectS, simulateS, inferS, learnS, gradientWaitS]
    const cells = seconds.map((each) => each.toFixed(2))
    const { gradientWorkers } = config
    const threads = Math.max(workers, gradientWorkers + 1)
    const most = Math.min(availableParallelism(), threads)
    const busy = cores / most
    // What others took would have been used, had it been there; NaN where nobody tells.
    const heldUp = (last.heldUpS - first.heldUpS) / wallS
    const ready = Math.min(1, (cores + heldUp) / most)
    out.line(
      formatTable(
        [
          ...['backend', 'workers', 'gradient workers', 'steps/s', 'cores', 'busy %', 'ready %'],
          ...['collect s', 'simulate s', 'infer s', 'learn s', 'gradient wait s'],
        ],
        [
          [
            ...[backend, workers, gradientWorkers, formatSpread(stepsPerS)],
            ...[cores.toFixed(2), ...[busy, ready].map(percent), ...cells],
          ],
        ],
      ),
    )
    return {
      result: {
        task,
        arm,
        backend,
        workers,
        gradientWorkers,
        updates,
        stepsPerS: stepsPerS.median,
        spread: stepsPerS,
        cores,
        busy,
        ready: Number.isFinite(ready) ? ready : null,
        times: last.times,
      },
      summary: `${formatNumber(stepsPerS.median)} environment steps per second, learning included`,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function percent(share: number): string {
  return Number.isFinite(share) ? (100 * share).toFixed(0) : '–'
}
