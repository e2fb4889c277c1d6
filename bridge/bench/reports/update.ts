import { availableParallelism } from 'node:os'
import { startBackend, type TrainingBackend } from '../../../policy/backends/start-backend.node.ts'
import { RealClock } from '../../../robot/model/real-clock.node.ts'
import type { CommandContext, CommandOutcome } from '../../cli/command.ts'
import {
  DEFAULT_UPDATE_SIZES,
  startUpdateBench,
  updateFigures,
  WARM_UP_UPDATES,
} from '../bench-update.ts'
import { kernelNames } from '../kernel-names.ts'
import { startPyTorchUpdate } from '../peer.node.ts'
import { SharedUpdate } from '../shared-update.ts'
import { processStopwatch } from '../stopwatch.node.ts'
import type { RunTimes } from '../stopwatch.ts'
import { timeAsyncRuns } from '../stopwatch.ts'
import { formatTable } from '../table.ts'

const REPEATS = 15
/** The programs compared take turns this often, so that a busy machine is busy for all of them. */
const ROUNDS = 5

/** What takes part: its name in the table, and a way to time some more updates. */
interface Entrant {
  readonly label: string
  run(repeats: number): Promise<RunTimes>
}

/**
 * One recurrent PPO update by one thread, or shared out among several, and the same in PyTorch: with as
 * many threads, and where there are several with one too, of which the faster counts.
 */
export async function reportUpdate({ options, out }: CommandContext): Promise<CommandOutcome> {
  const repeats = (options['repeats'] as number | undefined) ?? REPEATS
  const workers = (options['workers'] as number | undefined) ?? 1
  const backend = await startBackend((options['backend'] as TrainingBackend | undefined) ?? 'wasm')
  const bench = await startUpdateBench({
    backend,
    clock: new RealClock(),
    cpuNow: () => processStopwatch.cpuS(),
  })
  const shared = workers > 1 ? await SharedUpdate.start(DEFAULT_UPDATE_SIZES, workers) : undefined
  const threads = workers > 1 ? [1, Math.min(workers, availableParallelism())] : [1]
  const peers =
    options['peer'] === 'pytorch'
      ? await Promise.all(threads.map((count) => startPyTorchUpdate(DEFAULT_UPDATE_SIZES, count)))
      : []
  try {
    if (shared) for (let i = 0; i < WARM_UP_UPDATES; i++) await shared.step()
    const own: Entrant = {
      label: `${backend.name}, ${kernelNames(backend.kernels, backend.products)}, ${workers} thread${workers > 1 ? 's' : ''}`,
      run: shared
        ? (count) => timeAsyncRuns(processStopwatch, count, () => shared.step())
        : (count) => bench.run(count),
    }
    const others = peers.map(({ name, version, threads: count, run }) => {
      return { label: `${name} ${version}, ${count} thread${count > 1 ? 's' : ''}`, run }
    })
    const figures = await takeTurns([own, ...others], repeats)
    const rows = [own, ...others].map(({ label }, k) => {
      const { updateMs, bestUpdateMs, updateCpuMs } = figures[k]!
      return [label, ...[updateMs, bestUpdateMs, updateCpuMs].map((ms) => ms.toFixed(1))]
    })
    out.line(formatTable(['update', 'ms', 'best', 'CPU ms'], rows))
    const [mine, ...theirs] = figures
    const fastest = theirs.map(({ bestUpdateMs }) => bestUpdateMs)
    const winner = fastest.indexOf(Math.min(...fastest))
    const facts = await bench.finish()
    const size = `${facts.numWeights} weights, ${facts.steps} × ${facts.batch} steps`
    const summary = `${mine!.updateMs.toFixed(1)} ms per update of ${size}`
    if (winner < 0) return { result: { workers, ...facts, ...mine! }, summary }
    const { name, version, threads: count } = peers[winner]!
    const ratio = mine!.bestUpdateMs / fastest[winner]!
    return {
      result: {
        ...{ workers, ...facts, ...mine! },
        ...{ peer: { name, version, threads: count, ...theirs[winner]! }, ratio },
      },
      summary: `${summary}: ${ratio.toFixed(2)} × ${name} (best of each)`,
    }
  } finally {
    for (const peer of peers) peer.close()
    await shared?.close()
    backend.release()
  }
}

async function takeTurns(entrants: readonly Entrant[], repeats: number) {
  const times = entrants.map(() => ({ wallS: [] as number[], cpuS: [] as number[] }))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [k, entrant] of entrants.entries()) {
      const { wallS, cpuS } = await entrant.run(Math.ceil(repeats / ROUNDS))
      times[k]!.wallS.push(...wallS)
      times[k]!.cpuS.push(...cpuS)
    }
  }
  return times.map(updateFigures)
}
