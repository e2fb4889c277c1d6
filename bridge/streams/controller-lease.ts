import type { Clock } from '../../robot/model/clock.ts'
import { SharedSteering, type Steering } from './shared-steering.ts'

/** A controller that says nothing for so long has given up its lease [s]. */
const IDLE_S = 5

/**
 * One client at a time may steer: the first that does, until it leaves or falls silent, among all servers that share
 * their steering. Stopping needs no lease.
 */
export class ControllerLease {
  readonly #clock: Pick<Clock, 'now'>
  readonly #shared: SharedSteering | undefined
  #holder: object | undefined
  #usedS = Number.NEGATIVE_INFINITY

  constructor(clock: Pick<Clock, 'now'>, steering?: Steering) {
    this.#clock = clock
    this.#shared = steering && new SharedSteering(steering)
  }

  /** Whether `client` holds the lease now; takes it when it is free. */
  take(client: object): boolean {
    const nowS = this.#clock.now()
    const isFree = this.#holder === undefined || nowS - this.#usedS > IDLE_S
    if (!isFree && this.#holder !== client) return false
    if (this.#shared?.take(IDLE_S) === false) return false
    this.#holder = client
    this.#usedS = nowS
    return true
  }

  /** Who steers now. */
  get holder(): object | undefined {
    return this.#clock.now() - this.#usedS > IDLE_S ? undefined : this.#holder
  }

  release(client: object): void {
    if (this.#holder !== client) return
    this.#holder = undefined
    this.#shared?.release()
  }
}
