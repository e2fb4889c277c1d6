import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CodedError } from '../../configs/load/coded-error.ts'
import { packageRoot } from '../../configs/load/load.node.ts'
import { runCommandLine } from './command-line.ts'
import { commands } from './commands/index.ts'

/**
 * The command line of this process. The first Ctrl-C asks the command to end in good order, the second
 * ends the process at once; nothing here touches a motor, so an arm keeps its torque.
 */
export async function main(): Promise<void> {
  const interruption = new AbortController()
  const interrupt = () => {
    if (interruption.signal.aborted) process.exit(130)
    interruption.abort(new CodedError('BRIDGE_INTERRUPTED', 'stopped on request'))
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  const writeOut = createWriter(process.stdout, () => interruption.abort())
  const writeErr = createWriter(process.stderr, () => undefined)

  const exitCode = await runCommandLine(process.argv.slice(2), {
    commands,
    version: packageVersion(),
    signal: interruption.signal,
    writeOut,
    writeErr,
    isTerminal: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 80,
    now: () => performance.now() / 1000,
  })
  process.exitCode = exitCode
  process.stdout.write('', () => process.exit(exitCode))
}

/** Writes until the reader is gone (`… | head`), then asks for the end once and drops the rest. */
function createWriter(stream: NodeJS.WriteStream, onGone: () => void): (text: string) => void {
  let isGone = false
  stream.on('error', () => {
    if (isGone) return
    isGone = true
    onGone()
  })
  return (text) => {
    if (!isGone) stream.write(text)
  }
}

function packageVersion(): string {
  const manifest = readFileSync(join(packageRoot(), 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
