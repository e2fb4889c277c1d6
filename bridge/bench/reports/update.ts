import { startWasmBackend } from '../../../policy/backends/wasm-backend.node.ts'
import { RealClock } from '../../../robot/model/real-clock.node.ts'
import type { CommandContext, CommandOutcome } from '../../cli/command.ts'
import { benchUpdate, DEFAULT_UPDATE_SIZES } from '../bench-update.ts'
import { runPyTorchUpdate } from '../peer.node.ts'
import { processStopwatch } from '../stopwatch.node.ts'
import { formatTable } from '../table.ts'

const REPEATS = 15

/** One recurrent PPO update on one core, and the same in PyTorch with one thread. */
export async function reportUpdate({ options, out }: CommandContext): Promise<CommandOutcome> {
  const repeats = (options['repeats'] as number | undefined) ?? REPEATS
  const backend = await startWasmBackend()
  const own = await benchUpdate({
    backend,
    clock: new RealClock(),
    cpuNow: () => processStopwatch.cpuS(),
    repeats,
  })
  const peer =
    options['peer'] === 'pytorch'
      ? await runPyTorchUpdate({ sizes: DEFAULT_UPDATE_SIZES, threads: 1, repeats })
      : undefined
  const row = (
    name: string,
    times: { updateMs: number; bestUpdateMs: number; updateCpuMs: number },
  ) => [
    name,
    times.updateMs.toFixed(1),
    times.bestUpdateMs.toFixed(1),
    times.updateCpuMs.toFixed(1),
  ]
  const rows = [row(`${own.backend}, ${own.kernels}`, own)]
  if (peer !== undefined)
    rows.push(row(`${peer.name} ${peer.version}, ${peer.threads} thread`, peer))
  out.line(formatTable(['update', 'ms', 'best', 'CPU ms'], rows))
  const ratio = peer === undefined ? undefined : own.bestUpdateMs / peer.bestUpdateMs
  return {
    result: { workers: 1, ...own, ...(peer !== undefined && { peer, ratio }) },
    summary: `${own.updateMs.toFixed(1)} ms per update of ${own.numWeights} weights, ${own.steps} × ${own.batch} steps${
      ratio === undefined ? '' : `: ${ratio.toFixed(2)} × ${peer!.name} (best of each)`
    }`,
  }
}
