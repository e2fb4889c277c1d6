import type { ConnectionState } from '../live-connection.ts'
import { byId } from './by-id.ts'

/** Without a state for this long, an open connection is not called live [ms]. */
const QUIET_MS = 1500
const CHECK_MS = 500

/** Says in one word whether what is on the screen is what happens now. */
export class ConnectionBadge {
  private connection: ConnectionState | 'recorded' = 'connecting'
  private isPaused = false
  private lastStateMs = Number.NEGATIVE_INFINITY

  constructor() {
    setInterval(() => this.show(), CHECK_MS)
  }

  /** @param connection - `recorded`: there is nothing to be connected to */
  setConnection(connection: ConnectionState | 'recorded'): void {
    this.connection = connection
    this.show()
  }

  setPaused(isPaused: boolean): void {
    this.isPaused = isPaused
    this.show()
  }

  /** A state has come. */
  touch(): void {
    const wasQuiet = this.isQuiet()
    this.lastStateMs = performance.now()
    if (wasQuiet) this.show()
  }

  private isQuiet(): boolean {
    return performance.now() - this.lastStateMs > QUIET_MS
  }

  private show(): void {
    const [state, text] = this.describe()
    const element = byId('connection')
    if (element.textContent !== text) element.textContent = text
    element.dataset['state'] = state
  }

  private describe(): readonly [state: string, text: string] {
    if (this.connection === 'connecting') return ['connecting', 'Connecting…']
    if (this.connection === 'lost') return ['lost', 'Connection lost, retrying…']
    if (this.connection === 'recorded') {
      return this.isPaused ? ['paused', 'Stopped'] : ['live', 'Playing']
    }
    if (this.isPaused) return ['paused', 'View paused']
    return this.isQuiet() ? ['quiet', 'Waiting for motion'] : ['live', 'Live']
  }
}
