import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { CodedError } from '../../configs/load/coded-error.ts'
import { packageRoot } from '../../configs/load/load.node.ts'
import { readyUrl, ServerThread } from '../threads/server-thread.node.ts'
import type {
  ArmFacts,
  Draws,
  Intervention,
  LiveFrame,
  RunEpisode,
  RunState,
  ViewerScene,
  WorldStates,
} from './frames.ts'
import type { LetThrough, ViewerServerOptions } from './viewer-server.node.ts'
import type { FromViewerWorker, ToViewerWorker, ViewerWorkerStart } from './worker-messages.ts'

export interface StartViewerOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly scene: ViewerScene
  /** Of a run that pages may stop. */
  readonly control?: ViewerServerOptions['control']
  /** The training whose arms are shown. */
  readonly training?: ViewerServerOptions['training']
  /** A page asks for something, and may. */
  readonly onRequest?: (request: LetThrough) => void
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
  arm(facts: ArmFacts): void
  intervention(intervention: Intervention): void
  draws(draws: Draws): void
  worlds(states: WorldStates): void
  status(text: string): void
  close(): Promise<void>
}

/** Messages the thread may be behind: for states, and for the few others. */
const STATE_RING = 8
const OTHER_RING = 256
const LOST = 'the viewer ended; everything else goes on'

/**
 * The viewer on a thread of its own. Resolves when the page can be opened. Throws BRIDGE_PORT_BUSY, and
 * BRIDGE_OPTION_MISSING where the page was not built.
 */
export async function startViewer(options: StartViewerOptions): Promise<Viewer> {
  const { control, host, port, scene, training, onRequest, onLost } = options
  const taken = new SharedArrayBuffer(4)
  const pageFolder = join(packageRoot(), 'dist', 'viewer')
  const workerData: ViewerWorkerStart = { control, host, port, scene, training, pageFolder, taken }
  const worker = new Worker(new URL('./viewer-worker.node.js', import.meta.url), { workerData })
  const url = await readyUrl(worker)
  worker.on('message', (message: FromViewerWorker) => {
    if (message.kind === 'request') onRequest?.(message.request)
  })
  return new WorkerViewer(url, new ServerThread(worker, { taken, lost: LOST, onLost }))
}

class WorkerViewer implements Viewer {
  readonly url: string
  droppedStates = 0
  private readonly thread: ServerThread<ToViewerWorker>
  private episodes = 0
  private successes = 0

  constructor(url: string, thread: ServerThread<ToViewerWorker>) {
    this.url = url
    this.thread = thread
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

  arm(facts: ArmFacts): void {
    this.post({ kind: 'arm', ...facts }, OTHER_RING)
  }

  intervention(intervention: Intervention): void {
    this.post({ kind: 'intervention', ...intervention }, OTHER_RING)
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

  close(): Promise<void> {
    return this.thread.close()
  }

  private postState(frame: LiveFrame): void {
    if (!this.post(frame, STATE_RING)) this.droppedStates++
  }

  private post(frame: LiveFrame, limit: number): boolean {
    return this.thread.post({ kind: 'frame', frame }, limit)
  }
}
