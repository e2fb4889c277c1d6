import { wireTimeS } from '../protocols/wire.ts'
import type { ServoClient } from './servo-client.ts'

/** Lengths that a request is varied by, so that late replies to earlier ones do not fit. */
const NUM_VARIANTS = 16
/** After this long no reply is expected any more [s]. */
const STALE_S = 0.25
/**
 * A computer or adapter that is slower than the margin would lose every reply: each read that hears nobody, or somebody
 * too late, doubles the margins, up to this many times their usual value, and each whole read takes them back a little.
 */
const MAX_PATIENCE = 8
const PATIENCE_DECAY = 0.98
/** Allowed between two replies to one request beside the time of their bytes: two frames of USB [s]. */
const GAP_MARGIN_S = 0.002
/** So many reads in a row may end without all servos for want of time; it may be the adapter's doing. */
const MOST_CUT = 3
/** How fast the usual duration of a read follows the last one. */
const USUAL_SHARE = 0.1

/** Registers that are read together. */
export interface ReadBlock {
  readonly address: number
  /** Bytes per servo. */
  readonly length: number
  /** Where up to 15 bytes more can be read as well; they are asked for after losses. */
  readonly spare: 'before' | 'after'
}

export interface SyncReaderOptions {
  readonly client: ServoClient
  readonly ids: readonly number[]
  readonly block: ReadBlock
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
  /** Whether a servo that is asked again answered the request before. */
  #hasLate = false
  /** Latest reads that ended without somebody for want of time. */
  #numCut = 0
  /** How long whole reads take [s]; 0 before the first. */
  #usualS = 0
  #askedS = 0
  /** How long the first reply to a request took last [s]. */
  replyS = 0

  constructor(options: SyncReaderOptions) {
    const { ids, block } = options
    this.#options = options
    this.#frames = Array.from({ length: NUM_VARIANTS }, (_, variant) => this.#encode(ids, variant))
    this.values = ids.map(() => new Uint8Array(block.length))
    this.errors = new Uint8Array(ids.length)
    this.isFresh = new Uint8Array(ids.length)
  }

  /** Bytes of the usual request that `read` sends. */
  get requestBytes(): number {
    return this.#frames[0]!.length
  }

  /** Time after which replies to the usual request count as lost [s]. */
  get timeoutS(): number {
    const { ids, block } = this.#options
    return this.#timeoutS(this.requestBytes, ids.length, block.length)
  }

  /**
   * Asks all servos once, then once more those that were missed; how many are still missing.
   * @param byS - when it has to be over [s]: who was not heard by then is asked by the next read. A bus that takes longer
   *   as a rule is given its time, and so is one that was not heard in time for several reads.
   */
  async read(byS = Number.POSITIVE_INFINITY): Promise<number> {
    const { client, ids } = this.#options
    const beganS = client.clock.now()
    const isBounded = Number.isFinite(byS) && beganS + this.#usualS < byS && this.#numCut < MOST_CUT
    const endS = isBounded ? byS : Number.POSITIVE_INFINITY
    this.isFresh.fill(0)
    this.#hasLate = false
    const variant = this.#safeVariant()
    const missing = await this.#ask(ids, this.#frames[variant]!, variant, endS - beganS)
    const askedOnceS = client.clock.now()
    if (missing === 0) {
      const share = this.#usualS === 0 ? 1 : USUAL_SHARE
      this.#usualS += share * (askedOnceS - beganS - this.#usualS)
      this.#patience = Math.max(1, this.#patience * PATIENCE_DECAY)
      this.#numCut = 0
      return 0
    }
    if (missing === ids.length) this.#waitLonger()
    const leftS = endS - askedOnceS
    const stillMissing = leftS < this.replyS ? missing : await this.#askAgain(leftS)
    this.#numCut = isBounded && stillMissing > 0 ? this.#numCut + 1 : 0
    if (stillMissing > 0 && (this.#hasLate || this.#numCut > 1)) this.#waitLonger()
    return stillMissing
  }

  #askAgain(withinS: number): Promise<number> {
    const again = this.#options.ids.filter((_, index) => this.isFresh[index] === 0)
    // Where one that is dead silences those after it, it comes last now.
    if (this.#options.client.protocol.hasReplyChain) again.reverse()
    const variant = this.#safeVariant()
    return this.#ask(again, this.#encode(again, variant), variant, withinS)
  }

  #waitLonger(): void {
    this.#patience = Math.min(MAX_PATIENCE, 2 * this.#patience)
  }

  #encode(ids: readonly number[], variant: number): Uint8Array {
    const { client, block } = this.#options
    const address = block.spare === 'before' ? block.address - variant : block.address
    return client.protocol.encodeSyncRead(ids, address, block.length + variant)
  }

  /** Time after which replies count as lost [s]. */
  #timeoutS(requestBytes: number, numServos: number, replyLength: number): number {
    const { client, marginS } = this.#options
    const requestS = wireTimeS(requestBytes, client.baudBps)
    return requestS + this.#repliesS(numServos, replyLength) + marginS * this.#patience
  }

  /** Time that replies one after the other take on the wire [s]. */
  #repliesS(numServos: number, replyLength: number): number {
    const { protocol, baudBps } = this.#options.client
    const slotBytes = replyLength + protocol.statusOverheadBytes + protocol.replyPauseBytes
    return wireTimeS(numServos * slotBytes, baudBps)
  }

  async #ask(
    asked: readonly number[],
    frame: Uint8Array,
    variant: number,
    withinS = Number.POSITIVE_INFINITY,
  ): Promise<number> {
    const { client, block } = this.#options
    const replyLength = block.length + variant
    this.#askedS = client.clock.now()
    await client.exchange(
      frame,
      (id, error, parameters) => this.#take(asked, id, error, parameters, variant),
      Math.min(withinS, this.#timeoutS(frame.length, asked.length, replyLength)),
      // The one that is heard next may be the last.
      this.#repliesS(asked.length, replyLength) + GAP_MARGIN_S * this.#patience,
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
    variant: number,
  ): 'done' | 'more' | 'stray' {
    const { length, spare } = this.#options.block
    const place = asked.indexOf(id)
    if (place < 0) return 'stray'
    if (parameters.length !== length + variant) {
      this.#hasLate = true
      return 'stray'
    }
    const isFirst = !asked.some((other) => this.#isFreshId(other))
    if (isFirst) this.replyS = this.#options.client.clock.now() - this.#askedS
    for (let later = place + 1; later < asked.length; later++) this.#forget(asked[later]!)
    const index = this.#options.ids.indexOf(id)
    const begin = spare === 'before' ? variant : 0
    this.values[index]!.set(parameters.subarray(begin, begin + length))
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
