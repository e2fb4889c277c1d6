import { runCommandLine } from '../../../bridge/cli/command-line.ts'
import { commands } from '../../../bridge/cli/commands/index.ts'

/** Runs the command line in this process; its exit code and what it wrote to stdout. */
export async function runInProcess(...argv: string[]): Promise<{ exitCode: number; out: string }> {
  let out = ''
  const exitCode = await runCommandLine(argv, {
    commands,
    version: '1.2.3',
    signal: new AbortController().signal,
    writeOut: (text) => {
      out += text
    },
    writeErr: () => {},
    isTerminal: false,
    columns: 80,
    now: () => 0,
  })
  return { exitCode, out }
}
