import { DistantHand } from '../deploy/hand.ts'
import { STOP_TOPIC } from '../streams/client-rights.ts'
import { MESSAGE_TYPE } from '../streams/messages.ts'
import { TopicGraph } from '../streams/topic-graph.ts'
import type { HandRequest } from './control-desk.ts'

export interface PageOrdersOptions {
  /** Monotonic [s]. */
  readonly now: () => number
  readonly deadManS: number
  /** A line for everybody who watches; empty: nothing to say. */
  readonly onStatus: (text: string) => void
}

/** What pages ask of a run that moves an arm: its stops, as a stream, and a hand. */
export class PageOrders {
  readonly stops = new TopicGraph()
  readonly hand: DistantHand
  readonly #options: PageOrdersOptions

  constructor(options: PageOrdersOptions) {
    this.#options = options
    this.hand = new DistantHand(options.now, options.deadManS)
  }

  take(request: HandRequest): void {
    const { hand } = this
    switch (request.kind) {
      case 'stop':
        this.#options.onStatus('Stopped from a page: the arm holds still, torque on')
        this.stops.publish(STOP_TOPIC, MESSAGE_TYPE.bool, { data: true })
        return
      case 'take':
        hand.take()
        this.#options.onStatus('The arm is moved by hand; the policy waits')
        return
      case 'jog':
        hand.move(request.motion, request.share)
        return
      case 'letGo':
        hand.letGo()
        return
      case 'keep':
        return
      case 'giveBack':
        hand.giveBack()
        this.#options.onStatus('')
        return
      case 'lost':
        hand.letGo()
        this.#options.onStatus(
          'The page that moved the arm is gone; it stands still until a page takes it',
        )
    }
  }
}
