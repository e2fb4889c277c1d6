import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { CodedError } from '../../configs/load/coded-error.ts'
import { packageRoot } from '../../configs/load/load.node.ts'
import type { Draws, LiveFrame, RunEpisode, RunState, ViewerScene, WorldStates } from './frames.ts'
import type { PageRequest } from './requests.schema.ts'
import type { FromViewerWorker, ToViewerWorker, ViewerWorkerStart } from './worker-messages.ts'

export interface StartViewerOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly scene: ViewerScene
  /** A page asks for something. */
  readonly onRequest?: (request: PageRequest) => void
  /** Told once when the viewer's thread dies; the caller goes on without a viewer. */
  readonly onLost?: (error: CodedError) => void
}

/** Takes what its scene shows: a run, or a sample. None of these blocks, waits or throws, whatever happens to the viewer. */
export interface Viewer {
  readonly url: string
  /** States that were left out because the viewer's thread was behind. */
  readonly droppedStates: number
  state(state: RunState): void
  episode(episode: RunEpisode): void
  draws(draws: Draws): void
  worlds(states: WorldStates): void
  status(text: string): void
  close(): Promise<void>
}

/** Messages the thread may be behind: for states, and for the few others. */
const STATE_RING = 8
const OTHER_RING = 256
const CLOSE_WITHIN_MS = 1000

/**
 * The viewer on a thread of its own. Resolves when the page can be opened. Throws BRIDGE_PORT_BUSY, and
 * BRIDGE_OPTION_MISSING where the page was not built.
 */
export async function startViewer(options: StartViewerOptions): Promise<Viewer> {
  const { host, port, scene, onRequest, onLost } = options
  const taken = new SharedArrayBuffer(4)
  const pageFolder = join(packageRoot(), 'dist', 'viewer')
  const workerData: ViewerWorkerStart = { host, port, scene, pageFolder, taken }
  const worker = new Worker(new URL('./viewer-worker.node.js', import.meta.url), { workerData })
  const url = await readyUrl(worker)
  worker.on('message', (message: FromViewerWorker) => {
    if (message.kind === 'request') onRequest?.(message.request)
  })
  return new WorkerViewer(url, worker, new Int32Array(taken), onLost)
}

class WorkerViewer implements Viewer {
  readonly url: string
  droppedStates = 0
  private readonly worker: Worker
  private readonly taken: Int32Array
  private readonly ended: Promise<void>
  private posted = 0
  private episodes = 0
  private successes = 0
  private isOpen = true

  constructor(
    url: string,
    worker: Worker,
    taken: Int32Array,
    onLost: ((error: CodedError) => void) | undefined,
  ) {
    this.url = url
    this.worker = worker
    this.taken = taken
    let cause: unknown
    worker.on('error', (error) => {
      cause = error
    })
    this.ended = new Promise((resolve) => {
      worker.once('exit', () => {
        resolve()
        if (!this.isOpen) return
        this.isOpen = false
        const message = 'the viewer ended; everything else goes on'
        onLost?.(new CodedError('BRIDGE_CONNECTION_LOST', message, { cause }))
      })
    })
  }

  state(state: RunState): void {
    this.postState({ kind: 'state', ...state })
  }

  episode({ episode, finalDistanceM, isSuccess }: RunEpisode): void {
    this.episodes++
    if (isSuccess) this.successes++
    const counts = { episodes: this.episodes, successes: this.successes }
    this.post({ kind: 'episode', episode, finalDistanceM, isSuccess, counts }, OTHER_RING)
  }

  draws(draws: Draws): void {
    this.post({ kind: 'draws', ...draws }, OTHER_RING)
  }

  worlds(states: WorldStates): void {
    this.postState({ kind: 'worlds', ...states })
  }

  status(text: string): void {
    this.post({ kind: 'status', text }, OTHER_RING)
  }

  async close(): Promise<void> {
    if (this.isOpen) {
      this.isOpen = false
      this.worker.postMessage({ kind: 'close' } satisfies ToViewerWorker)
      const timer = setTimeout(() => void this.worker.terminate(), CLOSE_WITHIN_MS)
      await this.ended
      clearTimeout(timer)
    }
    await this.ended
  }

  private postState(frame: LiveFrame): void {
    if (!this.post(frame, STATE_RING)) this.droppedStates++
  }

  /** False when the thread is `limit` messages behind, or gone. */
  private post(frame: LiveFrame, limit: number): boolean {
    const waiting = (this.posted - Atomics.load(this.taken, 0)) | 0
    if (!this.isOpen || waiting >= limit) return false
    this.posted = (this.posted + 1) | 0
    this.worker.postMessage({ kind: 'frame', frame } satisfies ToViewerWorker)
    return true
  }
}

function readyUrl(worker: Worker): Promise<string> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (message: FromViewerWorker) => {
      worker.off('error', reject)
      if (message.kind === 'ready') resolve(message.url)
      if (message.kind !== 'failed') return
      const { code, hint } = message
      reject(new CodedError(code, message.message, hint === undefined ? {} : { hint }))
    })
  })
}
