import type { Clock } from '../../robot/model/clock.ts'

/** A controller that says nothing for so long has given up its lease [s]. */
const IDLE_S = 5

/**
 * One client at a time may steer: the first that does, until it leaves or falls silent. Stopping needs no lease.
 */
export class ControllerLease {
  readonly #clock: Pick<Clock, 'now'>
  #holder: object | undefined
  #usedS = Number.NEGATIVE_INFINITY

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** Whether `client` holds the lease now; takes it when it is free. */
  take(client: object): boolean {
    const nowS = this.#clock.now()
    const isFree = this.#holder === undefined || nowS - this.#usedS > IDLE_S
    if (!isFree && this.#holder !== client) return false
    this.#holder = client
    this.#usedS = nowS
    return true
  }

  /** Who steers now. */
  get holder(): object | undefined {
    return this.#clock.now() - this.#usedS > IDLE_S ? undefined : this.#holder
  }

  release(client: object): void {
    if (this.#holder === client) this.#holder = undefined
  }
}
