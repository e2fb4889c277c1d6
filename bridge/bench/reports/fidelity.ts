import type { CommandContext, CommandOutcome } from '../../cli/command.ts'
import { CHECKS, checksNamed, PEER_CHECKS } from '../fidelity/checks/index.ts'
import { type FidelityRow, formatRows, judge } from '../fidelity/row.ts'
import { FidelitySetup } from '../fidelity/setup.ts'
import { loadSubject } from './physics.ts'

/**
 * How far the training world is from closed forms and from MuJoCo on the same scenes, each with its bar; fails when
 * one is missed.
 */
export async function reportFidelity(context: CommandContext): Promise<CommandOutcome> {
  const { options, out, signal } = context
  const known = options['peer'] === undefined ? CHECKS : [...CHECKS, ...PEER_CHECKS]
  const checks = checksNamed((options['only'] as string[] | undefined) ?? [], known)
  const subject = loadSubject(context)
  const setup = new FidelitySetup(subject)
  const rows: FidelityRow[] = []
  for (const [done, { name, find }] of checks.entries()) {
    signal.throwIfAborted()
    out.progress({ done, total: checks.length, unit: 'checks', text: name })
    for (const finding of await find(setup)) {
      const row = judge(name, finding)
      rows.push(row)
      out.event({ type: 'row', ...row })
    }
  }
  out.line(formatRows(rows))
  const missed = rows.filter(({ holds }) => !holds)
  return {
    result: {
      task: subject.task.name,
      arm: subject.arm.name,
      randomization: subject.randomization.name,
      rows,
      missed: missed.length,
    },
    summary:
      missed.length === 0
        ? `all ${rows.length} rows hold`
        : `${missed.length} of ${rows.length} rows miss their bar: ${[...new Set(missed.map(({ check }) => check))].join(', ')}`,
    exitCode: missed.length === 0 ? 0 : 1,
  }
}
