import type { EventClock } from '../../robot/model/clock.ts'
import { ControllerLease } from './controller-lease.ts'
import type { Steering } from './shared-steering.ts'

/** The one topic on which everybody may say one thing: true. */
export const STOP_TOPIC = '/emergency_stop'

export interface ClientRightsOptions {
  readonly clock: EventClock
  /** Topics that only the client with the lease may publish; undefined: all but what is read only. */
  readonly control?: readonly string[]
  /** Topics that this process publishes: measurements are not taken from the network. */
  readonly readOnly?: readonly string[]
  /** Shared with other servers of the run; left out: this server's clients steer by themselves. */
  readonly steering?: Steering | undefined
}

/** What clients of a server may publish. */
export class ClientRights {
  readonly #lease: ControllerLease
  readonly #control: ReadonlySet<string>
  readonly #readOnly: ReadonlySet<string>

  constructor({ clock, control = [], readOnly = [], steering }: ClientRightsOptions) {
    this.#lease = new ControllerLease(clock, steering)
    this.#control = new Set(control)
    this.#readOnly = new Set(readOnly)
  }

  /** Why `client` may not publish this, or null. */
  refusal(client: object, topic: string, message: unknown): string | null {
    if (topic === STOP_TOPIC) {
      const { data } = message as { data?: unknown }
      return data === true ? null : 'the network may set the stop, never clear it'
    }
    if (this.#readOnly.has(topic)) return `${topic} is published here and nowhere else`
    if (!this.#control.has(topic) || this.#lease.take(client)) return null
    return `${topic} is for the client that steers, and another one does`
  }

  /** The client that steers now. */
  get holder(): object | undefined {
    return this.#lease.holder
  }

  leave(client: object): void {
    this.#lease.release(client)
  }
}
