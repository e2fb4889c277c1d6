import { FRAME_OVERHEAD_BYTES } from '../protocols/feetech/frame.ts'
import { encodeSyncRead } from '../protocols/feetech/instructions.ts'
import type { FeetechClient } from './feetech-client.ts'

/** Slots of a SYNC_READ are longer than the replies by this. */
const SLOT_PAUSE_BYTES = 3
/** Lengths that a request is varied by, so that late replies of the last one do not fit. */
const NUM_VARIANTS = 4

export interface SyncReaderOptions {
  readonly client: FeetechClient
  readonly ids: readonly number[]
  readonly address: number
  /** Bytes per servo; up to 3 more are asked for after a loss, and must be readable. */
  readonly length: number
}

/**
 * The same registers of several servos in one request. A frame carries no number that ties it to its
 * request: after each loss the next request asks for another length, so that a late reply cannot pass
 * for an answer to it. Replies come in the order of the ids, so one that jumps back tells that what seemed
 * to come after it was stale.
 */
export class SyncReader {
  readonly #options: SyncReaderOptions
  readonly #frames: readonly Uint8Array[]
  #variant = 0
  /** Bytes by servo, as last received [numIds][length]. */
  readonly values: readonly Uint8Array[]
  /** Error byte by servo, as last received [numIds]. */
  readonly errors: Uint8Array
  /** Which servos answered the last `read` [numIds]. */
  readonly isFresh: Uint8Array
  numLostReplies = 0

  constructor(options: SyncReaderOptions) {
    const { ids, address, length } = options
    this.#options = options
    this.#frames = Array.from({ length: NUM_VARIANTS }, (_, variant) =>
      encodeSyncRead(ids, address, length + variant),
    )
    this.values = ids.map(() => new Uint8Array(length))
    this.errors = new Uint8Array(ids.length)
    this.isFresh = new Uint8Array(ids.length)
  }

  /** Bytes of the request that `read` sends. */
  get requestBytes(): number {
    return this.#frames[0]!.length
  }

  /** Asks all servos once, then once more those that were missed; how many are still missing. */
  async read(): Promise<number> {
    const { ids } = this.#options
    this.isFresh.fill(0)
    let missing = await this.#ask(ids, this.#frames[this.#variant]!)
    if (missing === 0) return 0
    const again = ids.filter((_, index) => this.isFresh[index] === 0)
    const { address, length } = this.#options
    missing = await this.#ask(again, encodeSyncRead(again, address, length + this.#variant))
    return missing
  }

  async #ask(asked: readonly number[], frame: Uint8Array): Promise<number> {
    const { client, length } = this.#options
    const replyLength = length + this.#variant
    const slotBytes = replyLength + FRAME_OVERHEAD_BYTES + SLOT_PAUSE_BYTES
    await client.exchange(
      frame,
      (id, error, parameters) => this.#take(asked, id, error, parameters, replyLength),
      asked.length * slotBytes,
    )
    const missing = asked.reduce((count, id) => count + (this.#isFreshId(id) ? 0 : 1), 0)
    if (missing > 0) {
      this.numLostReplies += missing
      this.#variant = (this.#variant + 1) % NUM_VARIANTS
    }
    return missing
  }

  #take(
    asked: readonly number[],
    id: number,
    error: number,
    parameters: Uint8Array,
    replyLength: number,
  ): 'done' | 'more' | 'stray' {
    const place = asked.indexOf(id)
    if (place < 0 || parameters.length !== replyLength || error > 0x7f) return 'stray'
    const isFirst = !asked.some((other) => this.#isFreshId(other))
    for (let later = place + 1; later < asked.length; later++) this.#forget(asked[later]!)
    const index = this.#options.ids.indexOf(id)
    this.values[index]!.set(parameters.subarray(0, this.#options.length))
    this.errors[index] = error
    this.isFresh[index] = 1
    const isLast = place === asked.length - 1
    return isLast && (asked.length === 1 || !isFirst) ? 'done' : 'more'
  }

  #isFreshId(id: number): boolean {
    return this.isFresh[this.#options.ids.indexOf(id)] === 1
  }

  #forget(id: number): void {
    this.isFresh[this.#options.ids.indexOf(id)] = 0
  }
}
