import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { FromRecorder, ToRecorder } from './recorder-messages.ts'
import type { RecordedMessage } from './topics.ts'

/** Batches that the recorder may be behind; at 100 a second five seconds. */
const RING = 500
const END_WITHIN_MS = 10_000
export const CHECK_FOLDER = 'check the folder and its permissions'
export const FREE_SPACE = 'free some space; the rest of the run is not recorded'

export interface RecorderOptions {
  /** Must not exist yet. */
  readonly file: string
  /** Name and version of what records. */
  readonly library: string
  readonly metadata: Readonly<Record<string, string>>
  /** Told once when the recording cannot go on; what is on disk stays. */
  readonly onLost: (error: CodedError) => void
}

/** Takes messages off the control path. None of these blocks, waits or throws, whatever happens to the recorder. */
export interface Recorder {
  readonly file: string
  /** Messages left out because the recorder was behind, or lost. */
  readonly numDropped: number
  readonly isLost: boolean
  /** Nothing was written to it: it leaves no file. */
  readonly isEmpty: boolean
  write(messages: readonly RecordedMessage[]): void
  /** Resolves when the file is complete. */
  close(): Promise<void>
}

/**
 * Starts a recorder in a process of its own, which outlives this one for as long as it takes to complete the file.
 *
 * @throws BRIDGE_DISK when the file exists or cannot be made
 */
export async function startRecorder(options: RecorderOptions): Promise<Recorder> {
  const file = resolve(options.file)
  if (existsSync(file)) throw cannotRecord(file, 'it exists', 'name a new file')
  const program = fileURLToPath(new URL('./recorder-process.node.js', import.meta.url))
  // In a process group of its own: Ctrl-C on the terminal is for the controller.
  const child = fork(program, [], {
    serialization: 'advanced',
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  })
  const { library, metadata } = options
  child.send({ kind: 'start', file, library, metadata } satisfies ToRecorder)
  const answer = await firstAnswer(child)
  if (answer.kind !== 'ready') {
    const reason = answer.kind === 'failed' ? answer.reason : 'the recorder ended'
    throw cannotRecord(file, reason, CHECK_FOLDER)
  }
  return new ProcessRecorder(file, child, options.onLost)
}

class ProcessRecorder implements Recorder {
  readonly file: string
  numDropped = 0
  isLost = false
  isEmpty = true
  private readonly child: ChildProcess
  private readonly ended: Promise<void>
  /** Batches that were sent and not taken yet, and their messages. */
  private numBehind = 0
  private numMessagesBehind = 0
  private isClosing = false

  constructor(file: string, child: ChildProcess, onLost: RecorderOptions['onLost']) {
    this.file = file
    this.child = child
    let reason = 'the recorder ended'
    child.on('message', (message: FromRecorder) => {
      if (message.kind === 'taken') {
        this.numBehind--
        this.numMessagesBehind -= message.messages
      }
      if (message.kind === 'failed') reason = message.reason
    })
    child.on('error', () => {})
    this.ended = new Promise((end) => {
      child.once('exit', (code) => {
        end()
        if (this.isClosing && code === 0) return
        this.isLost = true
        this.numDropped += this.numMessagesBehind
        onLost(cannotRecord(file, reason, FREE_SPACE))
      })
    })
    child.unref()
    child.channel?.unref()
  }

  write(messages: readonly RecordedMessage[]): void {
    if (this.isClosing) return
    if (this.isLost || this.numBehind >= RING || !this.child.connected) {
      this.numDropped += messages.length
      return
    }
    this.numBehind++
    this.numMessagesBehind += messages.length
    this.isEmpty = false
    this.child.send({ kind: 'messages', messages } satisfies ToRecorder, () => {})
  }

  async close(): Promise<void> {
    if (!this.isLost && !this.isClosing) {
      this.isClosing = true
      this.child.ref()
      this.child.channel?.ref()
      const timer = setTimeout(() => this.child.kill('SIGKILL'), END_WITHIN_MS)
      this.child.send({ kind: 'end' } satisfies ToRecorder, () => {})
      await this.ended
      clearTimeout(timer)
      if (this.isEmpty) takeAway(this.file)
    }
  }
}

function firstAnswer(child: ChildProcess): Promise<FromRecorder> {
  return new Promise((answer) => {
    child.once('message', (message: FromRecorder) => answer(message))
    child.once('error', (error) => answer({ kind: 'failed', reason: error.message }))
    child.once('exit', () => answer({ kind: 'ended' }))
  })
}

/** Removes a recording of nothing: the next run may be recorded to a file of that name. */
export function takeAway(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // It stays, and whoever needs its name is told so.
  }
}

/** Why a file cannot be recorded to. */
export function cannotRecord(file: string, reason: string, hint: string): CodedError {
  return new CodedError('BRIDGE_DISK', `cannot record to ${file}: ${reason}`, { hint })
}
