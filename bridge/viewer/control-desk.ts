import type { EventClock, ScheduledEvent } from '../../robot/model/clock.ts'
import { ClientRights, STOP_TOPIC } from '../streams/client-rights.ts'
import type { Steering } from '../streams/shared-steering.ts'
import { isSameText } from '../streams/socket-server.ts'
import type { ControlFrame } from './frames.ts'
import type { PageRequest } from './requests.schema.ts'

/** The right to move the arm by hand, as the rights of clients name it. */
const HAND_TOPIC = '/hand'
/** How often it is looked whether the one who has the arm has fallen silent [s]. */
const LOOK_S = 0.5

/** What pages ask of an arm, those let through that may. */
export type HandRequest =
  | Exclude<PageRequest, { kind: 'newDraws' | 'take' }>
  | { readonly kind: 'take' }
  /** Whoever had the arm has left or fallen silent. */
  | { readonly kind: 'lost' }

/** One open page. */
export interface DeskClient {
  tell(frame: ControlFrame): void
}

export interface ControlDeskOptions {
  readonly clock: EventClock
  /** Whether pages may move the arm, and not only stop it. */
  readonly hasHand: boolean
  /** Who shows it may move the arm; undefined: everybody may. */
  readonly token: string | undefined
  /** Shared with other servers of the run. */
  readonly steering?: Steering | undefined
  readonly onRequest: (request: HandRequest) => void
}

/**
 * Decides who of the open pages moves the arm: one at a time, with the token. Everybody may stop it; nobody can clear
 * that. When the one who has the arm leaves or falls silent, the arm stands still.
 */
export class ControlDesk {
  readonly #options: ControlDeskOptions
  readonly #rights: ClientRights
  readonly #clients = new Set<DeskClient>()
  readonly #timer: { current: ScheduledEvent | undefined } = { current: undefined }
  #holder: object | undefined

  constructor(options: ControlDeskOptions) {
    this.#options = options
    this.#rights = new ClientRights({
      clock: options.clock,
      control: [HAND_TOPIC],
      steering: options.steering,
    })
    this.#look()
  }

  join(client: DeskClient): void {
    this.#clients.add(client)
    this.#tell(client)
  }

  leave(client: DeskClient): void {
    this.#clients.delete(client)
    this.#rights.leave(client)
    this.#settle()
  }

  receive(client: DeskClient, request: PageRequest): void {
    switch (request.kind) {
      case 'newDraws':
        return
      case 'stop': {
        const isRefused = this.#rights.refusal(client, STOP_TOPIC, { data: true }) !== null
        if (!isRefused) this.#options.onRequest(request)
        return
      }
      case 'take':
        this.#take(client, request.token)
        return
      default:
        this.#move(client, request)
    }
  }

  close(): void {
    this.#timer.current?.cancel()
    this.#clients.clear()
  }

  #take(client: DeskClient, shown: string): void {
    const { hasHand, onRequest, token } = this.#options
    if (!hasHand) {
      this.#tell(client, 'this run moves nothing by hand')
    } else if (token !== undefined && !isSameText(shown, token)) {
      this.#tell(client, 'that is not the token that the terminal shows')
    } else if (this.#rights.refusal(client, HAND_TOPIC, {}) !== null) {
      const isAtPage = this.#rights.holder !== undefined
      this.#tell(client, `another ${isAtPage ? 'page has' : 'program steers'} the arm`)
    } else {
      onRequest({ kind: 'take' })
      this.#settle()
    }
  }

  #move(client: DeskClient, request: Exclude<HandRequest, { kind: 'take' | 'lost' }>): void {
    if (this.#rights.holder !== client) {
      this.#tell(client, 'this page does not have the arm')
      return
    }
    this.#options.onRequest(request)
    if (request.kind !== 'giveBack') {
      this.#rights.refusal(client, HAND_TOPIC, {})
      return
    }
    this.#rights.leave(client)
    this.#settle(true)
  }

  /** Tells everybody who has the arm, once that has changed. */
  #settle(isGivenBack = false): void {
    const { holder } = this.#rights
    if (holder === this.#holder) return
    this.#holder = holder
    if (holder === undefined && !isGivenBack) this.#options.onRequest({ kind: 'lost' })
    for (const client of this.#clients) this.#tell(client)
  }

  #look(): void {
    const { clock } = this.#options
    this.#settle()
    this.#timer.current = clock.schedule(clock.now() + LOOK_S, () => this.#look())
  }

  #tell(client: DeskClient, refusal = ''): void {
    const { holder } = this.#rights
    const other = holder === undefined ? 'nobody' : 'other'
    client.tell({
      kind: 'control',
      hasHand: this.#options.hasHand,
      needsToken: this.#options.token !== undefined,
      holder: holder === client ? 'you' : other,
      refusal,
    })
  }
}
