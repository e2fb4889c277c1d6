import { CodedError } from '../../../configs/load/coded-error.ts'
import { loadReality } from '../../../sim/world/reality.node.ts'
import type { CommandContext, CommandOutcome } from '../../cli/command.ts'
import { loadDeployConfig } from '../../deploy/load-deploy-config.node.ts'
import { appendEntry, readEntries } from '../../deploy/policy-card.node.ts'
import { loadTaskActor } from '../../deploy/task-actor.ts'
import { benchFaults, type FaultRow } from '../bench-faults.ts'
import { formatTable } from '../table.ts'

const INSTANTS = 20

/** Every fault in every phase of a deployment into an emulated arm: what it kept of its promises. */
export async function reportFaults(context: CommandContext): Promise<CommandOutcome> {
  const { options, out, seed = 0, set, signal } = context
  const actor = await loadTaskActor({
    name: (options['policy'] as string | undefined) ?? 'scripted',
    arm: options['arm'] as string | undefined,
  })
  if (actor.arm.bus === undefined) {
    throw new CodedError(
      'BRIDGE_USAGE',
      `${actor.arm.name} has no servo bus for things to go wrong on`,
      {
        hint: 'choose an arm of servos: so101 or koch',
      },
    )
  }
  const realities = options['reality'] as readonly string[]
  const instants = (options['instants'] as number | undefined) ?? INSTANTS
  const reality = loadReality(realities[0] ?? 'nominal')
  const about = { policy: actor.name, arm: actor.arm.name, reality: reality.name, instants, seed }
  const file = options['resume'] as string | undefined
  const rows = await benchFaults({
    actor,
    reality,
    config: loadDeployConfig(actor.arm.name, set),
    seed,
    instants,
    only: options['only'] as readonly string[],
    known: file === undefined ? [] : knownRows(file, about),
    onRow(row) {
      out.event({ type: 'faults', ...row })
      if (file !== undefined) appendEntry(file, { ...about, ...row })
    },
    onRun(done, total) {
      signal.throwIfAborted()
      out.progress({ done, total, unit: 'runs' })
    },
  })
  out.line(faultsTable(rows))
  const broken = rows.filter((row) => row.broken.length > 0)
  const held = broken.length === 0
  const runs = rows.reduce((sum, row) => sum + row.runs, 0)
  return {
    result: { ...about, runs, held, rows },
    summary: held
      ? `${runs} runs with something going wrong: every promise was kept`
      : broken
          .map(({ fault, phase, broken: what }) => `${fault} during ${phase}: ${what.join('; ')}`)
          .join('\n'),
    exitCode: held ? 0 : 1,
  }
}

/** The rows that an earlier campaign of the same kind left in a file; none where there is no file. */
function knownRows(file: string, about: Readonly<Record<string, unknown>>): FaultRow[] {
  const isSame = (row: Readonly<Record<string, unknown>>) =>
    Object.entries(about).every(([key, value]) => row[key] === value)
  return readEntries(file).filter(isSame) as unknown as FaultRow[]
}

function faultsTable(rows: readonly FaultRow[]): string {
  const exits = (row: FaultRow) =>
    Object.entries(row.exits)
      .map(([code, count]) => `${code} ×${count}`)
      .join(', ')
  return formatTable(
    ['fault', 'during', 'runs', 'exit codes', 'outside limits °', 'over table mm', 'broken'],
    rows.map((row) => [
      ...[row.fault, row.phase, row.runs, exits(row), row.outsideDeg.toFixed(2)],
      ...[
        (1e3 * row.clearanceM).toFixed(1),
        row.broken.map((what) => what.split(' (')[0]).join(', '),
      ],
    ]),
  )
}
