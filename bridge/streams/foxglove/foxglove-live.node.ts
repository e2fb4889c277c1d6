import { Worker } from 'node:worker_threads'
import { CodedError } from '../../../configs/load/coded-error.ts'
import type { RecordedMessage } from '../../recording/topics.ts'
import type { MessageType } from '../messages.ts'
import type { Stream } from '../stream.ts'
import { TopicGraph } from '../topic-graph.ts'
import type {
  FoxgloveWorkerStart,
  FromFoxgloveWorker,
  ToFoxgloveWorker,
} from './worker-messages.ts'

export interface FoxgloveLiveOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly token?: string
  readonly name: string
  /** Topics that clients may publish, and their types. */
  readonly accepts: Readonly<Record<string, MessageType>>
  /** Told once when the thread dies; the caller goes on without it. */
  readonly onLost: (error: CodedError) => void
}

/** Shows a run in Foxglove. Nothing here blocks, waits or throws, whatever happens to who watches. */
export interface FoxgloveLive {
  /** `ws://host:port` */
  readonly url: string
  /** Messages left out because the thread was behind. */
  readonly numDropped: number
  /** What clients publish. */
  readonly incoming: Stream
  write(messages: readonly RecordedMessage[]): void
  close(): Promise<void>
}

/** Batches that the thread may be behind; at 100 a second half a second. */
const RING = 50
const CLOSE_WITHIN_MS = 1000

/** Serves Foxglove from a thread of its own; resolves when it can be connected to. Throws BRIDGE_PORT_BUSY. */
export async function startFoxgloveLive(options: FoxgloveLiveOptions): Promise<FoxgloveLive> {
  const { accepts, host, name, port, token } = options
  const taken = new SharedArrayBuffer(4)
  const workerData: FoxgloveWorkerStart = { accepts, host, name, port, taken, token }
  const worker = new Worker(new URL('./foxglove-worker.node.js', import.meta.url), { workerData })
  const url = await readyUrl(worker)
  return new WorkerLive(url, worker, new Int32Array(taken), options.onLost)
}

class WorkerLive implements FoxgloveLive {
  readonly url: string
  readonly incoming = new TopicGraph()
  numDropped = 0
  private readonly worker: Worker
  private readonly taken: Int32Array
  private readonly ended: Promise<void>
  private posted = 0
  private isOpen = true

  constructor(
    url: string,
    worker: Worker,
    taken: Int32Array,
    onLost: FoxgloveLiveOptions['onLost'],
  ) {
    this.url = url
    this.worker = worker
    this.taken = taken
    let cause: unknown
    worker.on('error', (error) => {
      cause = error
    })
    worker.on('message', (message: FromFoxgloveWorker) => {
      if (message.kind !== 'message') return
      this.incoming.publish(message.topic, message.type, message.message as never)
    })
    this.ended = new Promise((resolve) => {
      worker.once('exit', () => {
        resolve()
        if (!this.isOpen) return
        this.isOpen = false
        const text = 'the Foxglove server ended; everything else goes on'
        onLost(new CodedError('BRIDGE_CONNECTION_LOST', text, { cause }))
      })
    })
  }

  write(messages: readonly RecordedMessage[]): void {
    const waiting = (this.posted - Atomics.load(this.taken, 0)) | 0
    if (!this.isOpen || waiting >= RING) {
      this.numDropped += messages.length
      return
    }
    this.posted = (this.posted + 1) | 0
    this.worker.postMessage({ kind: 'messages', messages } satisfies ToFoxgloveWorker)
  }

  async close(): Promise<void> {
    if (this.isOpen) {
      this.isOpen = false
      this.worker.postMessage({ kind: 'close' } satisfies ToFoxgloveWorker)
      const timer = setTimeout(() => void this.worker.terminate(), CLOSE_WITHIN_MS)
      await this.ended
      clearTimeout(timer)
    }
    await this.ended
  }
}

function readyUrl(worker: Worker): Promise<string> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (message: FromFoxgloveWorker) => {
      worker.off('error', reject)
      if (message.kind === 'ready') resolve(message.url)
      if (message.kind !== 'failed') return
      const { code, hint } = message
      reject(new CodedError(code, message.message, hint === undefined ? {} : { hint }))
    })
  })
}
