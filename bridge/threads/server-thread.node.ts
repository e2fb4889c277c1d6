import type { Worker } from 'node:worker_threads'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { ThreadStart } from './thread-start.ts'

export interface ServerThreadOptions {
  /** Shared with the worker, which counts here how many posted messages it has taken: one Int32. */
  readonly taken: SharedArrayBuffer
  /** What a thread that dies by itself is called with. */
  readonly lost: string
  /** Told once when it does; the caller goes on without it. */
  readonly onLost: ((error: CodedError) => void) | undefined
}

const CLOSE_WITHIN_MS = 1000

/** A server on a thread of its own, behind a bounded ring. Nothing here blocks, waits or throws. */
export class ServerThread<Message> {
  private readonly worker: Worker
  private readonly taken: Int32Array
  private readonly ended: Promise<void>
  private posted = 0
  private isOpen = true

  /** @param worker - that has said that it is ready */
  constructor(worker: Worker, { taken, lost, onLost }: ServerThreadOptions) {
    this.worker = worker
    this.taken = new Int32Array(taken)
    let cause: unknown
    worker.on('error', (error) => {
      cause = error
    })
    this.ended = new Promise((resolve) => {
      worker.once('exit', () => {
        resolve()
        if (!this.isOpen) return
        this.isOpen = false
        onLost?.(new CodedError('BRIDGE_CONNECTION_LOST', lost, { cause }))
      })
    })
  }

  /** False, and nothing posted, when the thread is `limit` messages behind, or gone. */
  post(message: Message, limit: number): boolean {
    const waiting = (this.posted - Atomics.load(this.taken, 0)) | 0
    if (!this.isOpen || waiting >= limit) return false
    this.posted = (this.posted + 1) | 0
    this.worker.postMessage(message)
    return true
  }

  /** Asks the thread to close, and ends it when it does not. */
  async close(): Promise<void> {
    if (this.isOpen) {
      this.isOpen = false
      this.worker.postMessage({ kind: 'close' })
      const timer = setTimeout(() => void this.worker.terminate(), CLOSE_WITHIN_MS)
      await this.ended
      clearTimeout(timer)
    }
    await this.ended
  }
}

/** Where a server on a thread can be reached. Throws what it failed with. */
export function readyUrl(worker: Worker): Promise<string> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (message: ThreadStart) => {
      worker.off('error', reject)
      if (message.kind === 'ready') resolve(message.url)
      if (message.kind !== 'failed') return
      const { code, hint } = message
      reject(new CodedError(code, message.message, hint === undefined ? {} : { hint }))
    })
  })
}
