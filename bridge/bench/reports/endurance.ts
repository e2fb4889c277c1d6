import { listConfigs } from '../../../configs/load/load.node.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import type { Engine } from '../../../sim/engines/engine.ts'
import { loadRandomization } from '../../../sim/randomization/load-randomization.node.ts'
import { importTask } from '../../../sim/tasks/import-task.node.ts'
import { loadTask } from '../../../sim/tasks/load-task.node.ts'
import type { TaskConfig } from '../../../sim/tasks/task.schema.ts'
import type { CommandContext, CommandOutcome } from '../../cli/command.ts'
import { benchEndurance, type EnduranceResult } from '../bench-endurance.ts'
import { formatNumber, formatTable } from '../table.ts'
import { ITERATIONS, TIMESTEP_S } from './physics.ts'

const MINUTES = 10
const ARMS = 4
const SEED = 1

/** Rough play on every task: whether anything is lost, blows up, or goes through anything else. */
export async function reportEndurance(context: CommandContext): Promise<CommandOutcome> {
  const { options, out, seed = SEED, signal } = context
  const arm = loadArmDescription((options['arm'] as string | undefined) ?? 'so101')
  const minutes = (options['minutes'] as number | undefined) ?? MINUTES
  const [arms = ARMS] = (options['arms'] as number[] | undefined) ?? []
  const randomization = loadRandomization(
    (options['randomization'] as string | undefined) ?? 'wide',
  )
  const world = options['world'] as Engine['kind']
  const rows: EnduranceResult[] = []
  for (const task of tasksOf(context, arm.name)) {
    const code = await importTask(task)
    for (const resets of [true, false]) {
      signal.throwIfAborted()
      const row = await benchEndurance({
        ...{ arm, task, code, randomization, world, arms, minutes, resets, seed },
        ...{ timestepS: TIMESTEP_S, iterations: ITERATIONS },
        onEpisode(done, total) {
          signal.throwIfAborted()
          out.progress({ done, total, unit: 'episodes', text: labelOf(task.name, resets) })
        },
      })
      rows.push(row)
      out.event({ type: 'endurance', ...row })
    }
  }
  out.line(enduranceTable(rows))
  const broken = rows.filter((row) => row.broken.length > 0)
  const held = broken.length === 0
  return {
    result: {
      arm: arm.name,
      world,
      randomization: randomization.name,
      arms,
      minutes,
      seed,
      held,
      rows,
    },
    summary: held
      ? `${rows.length} runs of ${minutes} simulated minutes with ${arms} arms: everything held`
      : broken
          .map((row) => `${labelOf(row.task, row.resets)}: ${row.broken.join(', ')}`)
          .join('\n'),
    exitCode: held ? 0 : 1,
  }
}

/** The task asked for, or all that the arm plays. */
function tasksOf({ options, set }: CommandContext, arm: string): TaskConfig[] {
  const name = (options['task'] as string | undefined) ?? 'all'
  if (name !== 'all') return [loadTask(name, { set })]
  return listConfigs('tasks')
    .map((each) => loadTask(each))
    .filter(({ arms }) => arms.some((entry) => entry.arm === arm))
}

function labelOf(task: string, resets: boolean): string {
  return resets ? task : `${task} without resets`
}

function enduranceTable(rows: readonly EnduranceResult[]): string {
  const millimetres = (metres: number) => (1e3 * metres).toFixed(2)
  const head = [
    ...['task', 'arm steps', 'NaN', 'lost', 'tunnelled', 'fallen', 'object m/s', 'joint ×'],
    ...['in table mm', 'tool in object mm', 'object in object mm', 'broken'],
  ]
  return formatTable(
    head,
    rows.map((row) => [
      ...[labelOf(row.task, row.resets), formatNumber(row.steps), row.nonFinite, row.lost],
      ...[
        row.tunnelled,
        row.fallen,
        row.objectSpeedMPerS.toFixed(2),
        row.jointSpeedShare.toFixed(2),
      ],
      ...[millimetres(row.objectInTableM), millimetres(row.toolInObjectM)],
      ...[millimetres(row.objectInObjectM), row.broken.join(', ')],
    ]),
  )
}
