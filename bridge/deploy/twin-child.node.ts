import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { CodedError } from '../../configs/load/coded-error.ts'
import { packageRoot } from '../../configs/load/load.node.ts'
import type { RefereeVerdict } from './referee.ts'

export interface TwinChildOptions {
  readonly arm: string
  readonly reality: string
  readonly task: string
  readonly episodes: number
  readonly seed: number
  readonly signal: AbortSignal
  readonly onVerdict: (verdict: RefereeVerdict) => void
}

/** An emulated arm in a process of its own: a serial device and a sensor stream, like anybody's arm. */
export interface TwinChild {
  /** Serial device. */
  readonly port: string
  /** host:port of its rosbridge. */
  readonly stream: string
  /** Resolves when all episodes have been judged; rejects when the process ends before that by itself. */
  readonly judged: Promise<void>
  stop(): Promise<void>
}

const STOP_WITHIN_MS = 5000

/**
 * Starts `sim2arm twin` and waits until it is ready. Once ready it runs until `stop`, so that a controller
 * can end in good order before its arm goes away; it never outlives this process.
 */
export async function startTwinChild(options: TwinChildOptions): Promise<TwinChild> {
  const { signal } = options
  signal.throwIfAborted()
  const child = spawnTwin(options)
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  let lastError = ''
  child.stderr!.on('data', (chunk: Buffer) => {
    lastError = chunk.toString().trim().split('\n').at(-1) ?? lastError
  })
  const stop = async () => {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
    await exited
    clearTimeout(timer)
  }
  const onAbort = () => void child.kill('SIGTERM')
  signal.addEventListener('abort', onAbort, { once: true })
  let numJudged = 0
  return new Promise((resolveReady, rejectReady) => {
    const judged = new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout! }).on('line', (line) => {
        const record = JSON.parse(line) as { type: string } & Record<string, unknown>
        if (record.type === 'ready') {
          signal.removeEventListener('abort', onAbort)
          const { port, stream } = record as unknown as { port: string; stream: string }
          resolveReady({ port, stream, judged, stop })
        } else if (record.type === 'episode') {
          options.onVerdict(record as unknown as RefereeVerdict)
          if (++numJudged === options.episodes) resolve()
        }
      })
      void exited.then((code) => {
        signal.removeEventListener('abort', onAbort)
        const error = new CodedError(
          'BRIDGE_CONNECTION_LOST',
          `the emulated arm ended with code ${code}${lastError === '' ? '' : `: ${lastError}`}`,
          { hint: 'run sim2arm twin by itself to see why' },
        )
        rejectReady(signal.aborted ? signal.reason : error)
        reject(error)
      })
    })
    judged.catch(() => {})
  })
}

function spawnTwin(options: TwinChildOptions): ChildProcess {
  const { arm, episodes, reality, seed, task } = options
  const words = [
    ...[join(packageRoot(), 'bridge', 'sim2arm.js'), 'twin', arm, '--json'],
    ...['--reality', reality, '--task', task, '--stream', '127.0.0.1:0'],
    ...['--episodes', String(episodes), '--seed', String(seed), '--until-eof'],
  ]
  // Its own process group: Ctrl-C on the terminal stops the controller first, and that stops the twin.
  return spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
}
