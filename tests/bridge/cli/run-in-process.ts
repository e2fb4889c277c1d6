import { runCommandLine } from '../../../bridge/cli/command-line.ts'
import { commands } from '../../../bridge/cli/commands/index.ts'

/** Runs the command line in this process; its exit code and what it wrote. */
export async function runInProcess(
  ...argv: string[]
): Promise<{ exitCode: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const exitCode = await runCommandLine(argv, {
    commands,
    version: '1.2.3',
    signal: new AbortController().signal,
    writeOut: (text) => {
      out += text
    },
    writeErr: (text) => {
      err += text
    },
    isTerminal: false,
    columns: 80,
    now: () => 0,
  })
  return { exitCode, out, err }
}
