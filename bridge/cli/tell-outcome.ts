import type { CommandContext, CommandOutcome } from './command.ts'

/** Tells an outcome that would be lost with the error that comes instead: as an event of that type, and to people. */
export function tellOutcome(
  out: CommandContext['out'],
  type: string,
  { result, summary }: CommandOutcome,
): void {
  out.event({ type, ...result })
  if (summary !== undefined) out.line(summary)
}
