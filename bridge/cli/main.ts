import { CodedError } from '../../configs/load/coded-error.ts'
import { diskError } from '../../configs/load/disk-error.ts'
import { packageVersion } from '../../configs/load/load.node.ts'
import { runCommandLine } from './command-line.ts'
import { commands } from './commands/index.ts'

/**
 * The command line of this process. The first Ctrl-C asks the command to end in good order, the second
 * ends the process at once; nothing here touches a motor, so an arm keeps its torque.
 */
export async function main(): Promise<void> {
  const interruption = new AbortController()
  // A reader that is gone ends the command too, but that is no request of anybody.
  let firstMs = Number.POSITIVE_INFINITY
  const interrupt = () => {
    const nowMs = performance.now()
    if (nowMs - firstMs >= SAME_REQUEST_MS) endAtOnce(ENDED_AT_ONCE)
    firstMs = Math.min(firstMs, nowMs)
    interruption.abort(new CodedError('BRIDGE_INTERRUPTED', 'stopped on request'))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt)
  process.on('uncaughtException', (cause) => {
    const hint = 'this is a fault of sim2arm; --verbose shows where'
    endAtOnce(new CodedError('BRIDGE_INTERNAL', firstLine(cause), { hint, cause }))
  })
  const writeOut = createWriter(process.stdout, (error) => {
    if (error.code !== 'EPIPE') endAtOnce(diskError('cannot write the output', error))
    interruption.abort()
  })
  const writeErr = createWriter(process.stderr, () => undefined)

  const exitCode = await runCommandLine(process.argv.slice(2), {
    commands,
    version: packageVersion(),
    signal: interruption.signal,
    writeOut,
    writeErr,
    isTerminal: process.stderr.isTTY === true && process.env['TERM'] !== 'dumb',
    columns: process.stderr.columns ?? 80,
    now: () => performance.now() / 1000,
  })
  process.exitCode = exitCode
  // After whatever the stream still has to say: its error comes behind the callbacks.
  process.stdout.write('', () => setImmediate(() => process.exit(exitCode)))
}

/** Under npm one Ctrl-C comes twice: from the terminal and from npm, which hands it on. */
const SAME_REQUEST_MS = 300

const ENDED_AT_ONCE = new CodedError(
  'BRIDGE_INTERRUPTED',
  'ended at once, on the second request; an arm holds its last goal, with its torque as it was',
)

/** The last words of a process that cannot wait; written by the time they return where it is possible. */
function endAtOnce(error: CodedError): never {
  const { code, message, hint, exitCode, cause } = error
  const isVerbose = process.argv.includes('--verbose') && cause instanceof Error
  process.stderr.write(`${error.line}\n${isVerbose ? `${cause.stack}\n` : ''}`)
  if (process.argv.includes('--json')) {
    const result = { type: 'result', error: { code, message, hint }, exitCode }
    process.stdout.write(`${JSON.stringify(result)}\n`)
  }
  process.exit(exitCode)
}

function firstLine(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return message.split('\n')[0] ?? ''
}

/** Writes until nobody takes it any more: the reader is gone (`… | head`) or the disk full. Then tells once. */
function createWriter(
  stream: NodeJS.WriteStream,
  onLost: (error: NodeJS.ErrnoException) => void,
): (text: string) => void {
  let isGone = false
  stream.on('error', (error) => {
    if (isGone) return
    isGone = true
    onLost(error)
  })
  return (text) => {
    if (!isGone) stream.write(text)
  }
}
