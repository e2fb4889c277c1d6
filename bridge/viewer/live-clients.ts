import type {
  ArmFrame,
  Counts,
  DrawsFrame,
  Frame,
  HistoryFrame,
  InterventionFrame,
  LiveFrame,
  RunEpisode,
  StateFrame,
  StatusFrame,
  ViewerScene,
  WorldsFrame,
} from './frames.ts'
import { FRAME_VERSION } from './frames.ts'

/** One open page, as much of a WebSocket as is needed here. */
export interface LiveClient {
  /** Bytes accepted by `send` that have not left yet. */
  readonly bufferedAmount: number
  send(text: string): void
  terminate(): void
}

/** Time between two states of one broadcast [ms], whole as timers are: at most 30 Hz. */
const STATE_PERIOD_MS = 34
/** A client this far behind misses states until it has caught up [bytes]. */
const BEHIND_BYTES = 64 * 1024
/** A client this far behind is dropped; it reconnects and gets scene and counts anew [bytes]. */
const LOST_BYTES = 1024 * 1024
const RECENT_EPISODES = 60
const RECENT_INTERVENTIONS = 20

export const MAX_CLIENTS = 16

/**
 * Everybody who watches. States: the newest, at most 30 Hz, left out for a client that is behind.
 * Other frames are few and go to all. Whoever joins gets the scene, what has happened so far and the newest
 * state at once.
 */
export class LiveClients {
  private readonly clients = new Set<LiveClient>()
  private readonly scene: string
  private readonly recent: RunEpisode[] = []
  /** Of a run. */
  private history: HistoryFrame | undefined
  private status: StatusFrame | undefined
  private draws: DrawsFrame | undefined
  private arm: ArmFrame | undefined
  private readonly interventions: InterventionFrame[] = []
  private newest: StateFrame | WorldsFrame | undefined
  private isNewestSent = true
  private timer: NodeJS.Timeout | undefined

  constructor(scene: ViewerScene) {
    this.scene = encode({ kind: 'scene', version: FRAME_VERSION, ...scene })
    if (scene.shows === 'run') this.keepCounts({ episodes: 0, successes: 0 })
  }

  get size(): number {
    return this.clients.size
  }

  /** Greets the client and keeps it; false when there are too many. */
  add(client: LiveClient): boolean {
    if (this.clients.size >= MAX_CLIENTS) return false
    client.send(this.scene)
    const { arm, draws, history, interventions, newest, status } = this
    for (const kept of [history, status, draws, arm, ...interventions, newest]) {
      if (kept !== undefined) client.send(encode(kept))
    }
    this.clients.add(client)
    return true
  }

  remove(client: LiveClient): void {
    this.clients.delete(client)
  }

  publish(frame: LiveFrame): void {
    if (frame.kind === 'state' || frame.kind === 'worlds') {
      this.newest = frame
      this.isNewestSent = false
      if (this.timer === undefined) this.sendNewest()
      return
    }
    this.keep(frame)
    this.sendToAll(encode(frame), LOST_BYTES)
  }

  close(): void {
    clearTimeout(this.timer)
    for (const client of this.clients) client.terminate()
    this.clients.clear()
  }

  /** For those who join later. */
  private keep(frame: Exclude<LiveFrame, StateFrame | WorldsFrame>): void {
    switch (frame.kind) {
      case 'episode': {
        const { episode, finalDistanceM, isSuccess, counts } = frame
        this.recent.push({ episode, finalDistanceM, isSuccess })
        if (this.recent.length > RECENT_EPISODES) this.recent.shift()
        this.keepCounts(counts)
        break
      }
      case 'arm':
        this.arm = frame
        break
      case 'intervention':
        this.interventions.push(frame)
        if (this.interventions.length > RECENT_INTERVENTIONS) this.interventions.shift()
        break
      case 'status':
        this.status = frame.text === '' ? undefined : frame
        break
      case 'draws':
        this.draws = frame
        // A state of the draws before would not fit these.
        this.newest = undefined
    }
  }

  private keepCounts(counts: Counts): void {
    this.history = { kind: 'history', counts, recent: this.recent }
  }

  private sendNewest(): void {
    this.timer = undefined
    if (this.newest === undefined || this.isNewestSent) return
    this.isNewestSent = true
    this.sendToAll(encode(this.newest), BEHIND_BYTES)
    this.timer = setTimeout(() => this.sendNewest(), STATE_PERIOD_MS)
    this.timer.unref()
  }

  /** Leaves out clients with more than `limitBytes` waiting. */
  private sendToAll(text: string, limitBytes: number): void {
    for (const client of this.clients) {
      if (client.bufferedAmount > LOST_BYTES) {
        this.clients.delete(client)
        client.terminate()
      } else if (client.bufferedAmount <= limitBytes) client.send(text)
    }
  }
}

/** Numbers that are not finite become null. */
function encode(frame: Frame): string {
  return JSON.stringify(frame)
}
