import type { CommandContext, CommandOutcome } from '../../cli/command.ts'
import { formatNumber, formatSpread, formatTable } from '../table.ts'
import { benchWorkers } from '../workers/bench-workers.node.ts'
import { ITERATIONS, loadSubject, TIMESTEP_S } from './physics.ts'

const ARMS = 64
const WARM_UP_S = 3
const PLAY_S = 3

/** How much faster several threads simulate than one. */
export async function reportPhysicsWorkers(context: CommandContext): Promise<CommandOutcome> {
  const { options, out } = context
  const { arm, task, randomization, seed } = loadSubject(context)
  const workers = options['workers'] as number
  const repeats = (options['repeats'] as number | undefined) ?? 5
  const [arms = ARMS] = (options['arms'] as number[] | undefined) ?? []
  const start = { arm, task, randomization, arms, seed, warmUpS: WARM_UP_S }
  const world = { timestepS: TIMESTEP_S, iterations: ITERATIONS }
  const rate = await benchWorkers({ ...start, ...world }, workers, repeats, PLAY_S)
  out.line(
    formatTable(
      ['workers', 'arms each', 'one: steps/s wall', 'all: steps/s wall', 'ratio'],
      [
        [
          workers,
          arms,
          formatSpread(rate.one),
          formatSpread(rate.all),
          formatSpread(rate.ratio, 2),
        ],
      ],
    ),
  )
  return {
    result: { task: task.name, arm: arm.name, ...rate },
    summary: `${workers} workers simulate ${rate.ratio.median.toFixed(2)} times as fast as one: ${formatNumber(rate.all.median)} environment steps per second`,
  }
}
