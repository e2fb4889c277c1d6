import type {
  Counts,
  Frame,
  StateFrame,
  ViewerEpisode,
  ViewerScene,
  ViewerState,
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

export const MAX_CLIENTS = 16

/**
 * Everybody who watches. States: the newest, at most 30 Hz, left out for a client that is behind.
 * Other frames are few and go to all. Whoever joins gets scene, counts and the newest state at once.
 */
export class LiveClients {
  private readonly clients = new Set<LiveClient>()
  private readonly scene: string
  private readonly recent: ViewerEpisode[] = []
  private counts: Counts = { episodes: 0, successes: 0 }
  private status = ''
  private newest: StateFrame | undefined
  private isNewestSent = true
  private timer: NodeJS.Timeout | undefined

  constructor(scene: ViewerScene) {
    this.scene = encode({ kind: 'scene', version: FRAME_VERSION, ...scene })
  }

  get size(): number {
    return this.clients.size
  }

  /** Greets the client and keeps it; false when there are too many. */
  add(client: LiveClient): boolean {
    if (this.clients.size >= MAX_CLIENTS) return false
    client.send(this.scene)
    client.send(encode({ kind: 'history', counts: this.counts, recent: this.recent }))
    if (this.status !== '') client.send(encode({ kind: 'status', text: this.status }))
    if (this.newest !== undefined) client.send(encode(this.newest))
    this.clients.add(client)
    return true
  }

  remove(client: LiveClient): void {
    this.clients.delete(client)
  }

  publishState(state: ViewerState): void {
    this.newest = { kind: 'state', ...state }
    this.isNewestSent = false
    if (this.timer === undefined) this.sendNewest()
  }

  publishEpisode(episode: ViewerEpisode, counts: Counts): void {
    this.counts = counts
    this.recent.push(episode)
    if (this.recent.length > RECENT_EPISODES) this.recent.shift()
    this.sendToAll(encode({ kind: 'episode', ...episode, counts }), LOST_BYTES)
  }

  publishStatus(text: string): void {
    this.status = text
    this.sendToAll(encode({ kind: 'status', text }), LOST_BYTES)
  }

  close(): void {
    clearTimeout(this.timer)
    for (const client of this.clients) client.terminate()
    this.clients.clear()
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
