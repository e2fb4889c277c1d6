import { FRAME_OVERHEAD_BYTES, wireTimeS } from '../protocols/feetech/frame.ts'
import { encodeSyncRead } from '../protocols/feetech/instructions.ts'
import type { FeetechClient } from './feetech-client.ts'

/** Slots of a SYNC_READ are longer than the replies by this. */
const SLOT_PAUSE_BYTES = 3
/** Lengths that a request is varied by, so that late replies to earlier ones do not fit. */
const NUM_VARIANTS = 16
/** After this long no reply is expected any more [s]. */
const STALE_S = 0.25
/**
 * A computer or adapter that is slower than the margin would lose every reply: each read that hears nobody
 * doubles the margin, up to this many times its usual value, and each whole read takes it back a little.
 */
const MAX_PATIENCE = 8
const PATIENCE_DECAY = 0.98

export interface SyncReaderOptions {
  readonly client: FeetechClient
  readonly ids: readonly number[]
  readonly address: number
  /** Bytes per servo; up to 15 more are asked for after losses, and must be readable. */
  readonly length: number
  /** Allowed for the replies beside the time of their bytes [s]. */
  readonly marginS: number
}

/**
 * The same registers of several servos in one request. A frame carries no number that ties it to its
 * request: after a loss the next requests ask for other lengths, so that a late reply cannot pass for an
 * answer to them. Replies come in the order of the ids, so one that jumps back tells that what seemed
 * to come after it was stale.
 */
export class SyncReader {
  readonly #options: SyncReaderOptions
  readonly #frames: readonly Uint8Array[]
  /** When each variant last lost a reply [s]. */
  readonly #lostS = new Float64Array(NUM_VARIANTS).fill(Number.NEGATIVE_INFINITY)
  /** Bytes by servo, as last received [numIds][length]. */
  readonly values: readonly Uint8Array[]
  /** Error byte by servo, as last received [numIds]. */
  readonly errors: Uint8Array
  /** Which servos answered the last `read` [numIds]. */
  readonly isFresh: Uint8Array
  numLostReplies = 0
  /** Times the usual margin that replies are waited for. */
  #patience = 1

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

  /** Bytes of the usual request that `read` sends. */
  get requestBytes(): number {
    return this.#frames[0]!.length
  }

  /** Time after which replies to the usual request count as lost [s]. */
  get timeoutS(): number {
    const { ids, length, client } = this.#options
    const replyBytes = length + FRAME_OVERHEAD_BYTES + SLOT_PAUSE_BYTES
    return wireTimeS(this.requestBytes + ids.length * replyBytes, client.baudBps) + this.#marginS
  }

  get #marginS(): number {
    return this.#options.marginS * this.#patience
  }

  /** Asks all servos once, then once more those that were missed; how many are still missing. */
  async read(): Promise<number> {
    const { ids } = this.#options
    this.isFresh.fill(0)
    const variant = this.#safeVariant()
    const missing = await this.#ask(ids, this.#frames[variant]!, variant)
    if (missing === 0) {
      this.#patience = Math.max(1, this.#patience * PATIENCE_DECAY)
      return 0
    }
    if (missing === ids.length) this.#patience = Math.min(MAX_PATIENCE, 2 * this.#patience)
    const again = ids.filter((_, index) => this.isFresh[index] === 0)
    const next = this.#safeVariant()
    const { address, length } = this.#options
    return this.#ask(again, encodeSyncRead(again, address, length + next), next)
  }

  async #ask(asked: readonly number[], frame: Uint8Array, variant: number): Promise<number> {
    const { client, length } = this.#options
    const replyLength = length + variant
    const slotBytes = replyLength + FRAME_OVERHEAD_BYTES + SLOT_PAUSE_BYTES
    const numBytes = frame.length + asked.length * slotBytes
    await client.exchange(
      frame,
      (id, error, parameters) => this.#take(asked, id, error, parameters, replyLength),
      wireTimeS(numBytes, client.baudBps) + this.#marginS,
    )
    let missing = 0
    for (const id of asked) if (!this.#isFreshId(id)) missing++
    if (missing > 0) this.#lostS[variant] = client.clock.now()
    this.numLostReplies += missing
    return missing
  }

  /** The shortest variant that no late reply can fit any more; else the one lost longest ago. */
  #safeVariant(): number {
    const beforeS = this.#options.client.clock.now() - STALE_S
    let oldest = 0
    for (let variant = 0; variant < NUM_VARIANTS; variant++) {
      if (this.#lostS[variant]! <= beforeS) return variant
      if (this.#lostS[variant]! < this.#lostS[oldest]!) oldest = variant
    }
    return oldest
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
