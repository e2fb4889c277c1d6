import { availableParallelism } from 'node:os'
import { CodedError } from '../../../configs/load/coded-error.ts'
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
import { type PyTorchPeer, startPyTorchUpdate } from '../peer.node.ts'
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

/** The options of `bench update`. */
interface UpdateOptions {
  readonly repeats?: number
  readonly workers?: number
  readonly backend?: TrainingBackend
  readonly instructions?: 'avx2'
  readonly peer?: string
}

/**
 * One recurrent PPO update by one thread, or shared out among several, and the same in PyTorch: with as
 * many threads, and where there are several with one too, of which the faster counts.
 */
export async function reportUpdate({ options, out }: CommandContext): Promise<CommandOutcome> {
  const given = options as UpdateOptions
  const { repeats = REPEATS, workers = 1 } = given
  checkOptions(given)
  // Before the native products are loaded, which look at it once.
  if (given.instructions) process.env['SIM2ARM_NATIVE'] ??= given.instructions
  const backend = await startBackend(given.backend ?? 'wasm')
  const bench = await startUpdateBench({
    backend,
    clock: new RealClock(),
    cpuNow: () => processStopwatch.cpuS(),
  })
  const shared = workers > 1 ? await SharedUpdate.start(DEFAULT_UPDATE_SIZES, workers) : undefined
  const peers = await startPeers(given)
  try {
    if (shared) for (let i = 0; i < WARM_UP_UPDATES; i++) await shared.step()
    const own: Entrant = {
      label: [
        backend.name,
        kernelNames(backend.kernels, backend.products),
        ...(backend.name === 'wasm' ? [threadsInWords(workers)] : []),
      ].join(', '),
      run: shared
        ? (count) => timeAsyncRuns(processStopwatch, count, () => shared.step())
        : (count) => bench.run(count),
    }
    const others = peers.map(({ name, version, instructions, threads, run }): Entrant => {
      return { label: `${name} ${version}, ${instructions}, ${threadsInWords(threads)}`, run }
    })
    const figures = await takeTurns([own, ...others], repeats)
    const rows = [own, ...others].map(({ label }, k) => {
      const { updateMs, bestUpdateMs, updateCpuMs } = figures[k]!
      return [label, ...[updateMs, bestUpdateMs, updateCpuMs].map((ms) => ms.toFixed(1))]
    })
    out.line(formatTable(['update', 'ms', 'best', 'CPU ms'], rows))
    const [mine, ...theirs] = figures
    const facts = await bench.finish()
    const result = { workers, ...facts, ...mine! }
    const size = `${facts.numWeights} weights, ${facts.steps} × ${facts.batch} steps`
    const summary = `${mine!.updateMs.toFixed(1)} ms per update of ${size}`
    const fastest = theirs.map(({ bestUpdateMs }) => bestUpdateMs)
    const winner = fastest.indexOf(Math.min(...fastest))
    if (winner < 0) return { result, summary }
    const { run: _run, close: _close, ...peer } = peers[winner]!
    const ratio = mine!.bestUpdateMs / fastest[winner]!
    return {
      result: { ...result, peer: { ...peer, ...theirs[winner]! }, ratio },
      summary: `${summary}: ${ratio.toFixed(2)} × ${peer.name} (best of each)`,
    }
  } finally {
    for (const peer of peers) peer.close()
    await shared?.close()
    backend.release()
  }
}

function startPeers({ peer, workers = 1, instructions }: UpdateOptions): Promise<PyTorchPeer[]> {
  const most = Math.min(workers, availableParallelism())
  const counts = peer === undefined ? [] : workers > 1 ? [1, most] : [1]
  return Promise.all(
    counts.map((threads) => startPyTorchUpdate(DEFAULT_UPDATE_SIZES, { threads, instructions })),
  )
}

const threadsInWords = (count: number) => `${count} thread${count > 1 ? 's' : ''}`

/** Other backends have threads and vectors of their own. Throws BRIDGE_USAGE. */
function checkOptions(given: UpdateOptions): void {
  const { backend = 'wasm' } = given
  if (backend === 'wasm') return
  for (const name of ['workers', 'instructions'] as const) {
    if (given[name] === undefined) continue
    throw new CodedError('BRIDGE_USAGE', `--${name} says nothing about --backend ${backend}`, {
      hint: 'its library chooses by itself; leave --backend out',
    })
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
