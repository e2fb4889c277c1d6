import { Worker } from 'node:worker_threads'
import type { CodedError } from '../../../configs/load/coded-error.ts'
import type { RecordedMessage } from '../../recording/topics.ts'
import {
  readyUrl,
  ServerThread,
  type ServerThreadOptions,
} from '../../threads/server-thread.node.ts'
import type { MessageType } from '../messages.ts'
import type { Steering } from '../shared-steering.ts'
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
  /** Shared with other servers of the run. */
  readonly steering?: Steering | undefined
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
const LOST = 'the Foxglove server ended; everything else goes on'

/** Serves Foxglove from a thread of its own; resolves when it can be connected to. Throws BRIDGE_PORT_BUSY. */
export async function startFoxgloveLive(options: FoxgloveLiveOptions): Promise<FoxgloveLive> {
  const { accepts, host, name, port, steering, token } = options
  const taken = new SharedArrayBuffer(4)
  const workerData: FoxgloveWorkerStart = { accepts, host, name, port, steering, taken, token }
  const worker = new Worker(new URL('./foxglove-worker.node.js', import.meta.url), { workerData })
  const url = await readyUrl(worker)
  return new WorkerLive(url, worker, { taken, lost: LOST, onLost: options.onLost })
}

class WorkerLive implements FoxgloveLive {
  readonly url: string
  readonly incoming = new TopicGraph()
  numDropped = 0
  private readonly thread: ServerThread<ToFoxgloveWorker>

  constructor(url: string, worker: Worker, options: ServerThreadOptions) {
    this.url = url
    this.thread = new ServerThread(worker, options)
    worker.on('message', (message: FromFoxgloveWorker) => {
      if (message.kind !== 'message') return
      this.incoming.publish(message.topic, message.type, message.message as never)
    })
  }

  write(messages: readonly RecordedMessage[]): void {
    if (!this.thread.post({ kind: 'messages', messages }, RING)) this.numDropped += messages.length
  }

  close(): Promise<void> {
    return this.thread.close()
  }
}
