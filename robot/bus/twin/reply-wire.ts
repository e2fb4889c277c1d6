import type { EventClock } from '../../model/clock.ts'
import type { RandomStream } from '../../model/random.ts'
import type { TwinFaults } from './twin-faults.ts'

export interface ReplyWireOptions {
  readonly clock: EventClock
  readonly random: RandomStream
  readonly faults: TwinFaults
  readonly send: (bytes: Uint8Array) => void
}

interface PendingReply {
  readonly startS: number
  readonly endS: number
  readonly frame: Uint8Array
}

/** The replies under way on one wire: delivers each when it has passed, spoils those that overlap. */
export class ReplyWire {
  readonly #options: ReplyWireOptions
  readonly #pending: PendingReply[] = []
  #hostStartS = Number.NEGATIVE_INFINITY
  /** When the host's bytes so far will have passed [s]. */
  hostEndS = Number.NEGATIVE_INFINITY

  constructor(options: ReplyWireOptions) {
    this.#options = options
  }

  /** The host talks from `startS` to `endS`; false when it talks into a reply, which is spoilt too. */
  claim(startS: number, endS: number): boolean {
    this.#hostStartS = startS > this.hostEndS ? startS : this.#hostStartS
    this.hostEndS = endS
    let isClear = true
    for (const reply of this.#pending) {
      if (reply.startS >= endS || reply.endS <= startS) continue
      spoil(reply.frame, reply.frame)
      isClear = false
    }
    return isClear
  }

  /** Puts a servo's frame on the wire from `startS` on, with whatever faults are switched on. */
  send(frame: Uint8Array, startS: number, byteS: number): void {
    const { random, faults } = this.#options
    if (faults.dropRate > 0 && random.uniform() < faults.dropRate) return
    if (faults.corruptRate > 0 && random.uniform() < faults.corruptRate) {
      frame[random.integer(frame.length)]! ^= 1 << random.integer(8)
    }
    this.#occupy({ startS, endS: startS + frame.length * byteS, frame })
  }

  #occupy(reply: PendingReply): void {
    for (const other of this.#pending) {
      if (other.startS < reply.endS && reply.startS < other.endS) spoil(other.frame, reply.frame)
    }
    if (reply.startS < this.hostEndS && this.#hostStartS < reply.endS)
      spoil(reply.frame, reply.frame)
    this.#pending.push(reply)
    this.#options.clock.schedule(reply.endS, () => {
      this.#pending.splice(this.#pending.indexOf(reply), 1)
      this.#deliver(reply)
    })
  }

  /** Through the host's adapter, which may be late or stutter. */
  #deliver(reply: PendingReply): void {
    const { clock, random, faults, send } = this.#options
    const isLate = faults.delayRate > 0 && random.uniform() < faults.delayRate
    const isTwice = faults.duplicateRate > 0 && random.uniform() < faults.duplicateRate
    const waitS = faults.latencyS + (isLate ? faults.delayS : 0)
    const hand = (): void => {
      send(reply.frame)
      if (isTwice) send(reply.frame)
    }
    if (waitS === 0) hand()
    else clock.schedule(reply.endS + waitS, hand)
  }
}

/**
 * What two talkers leave of each other: the wire is low when either pulls it low, and their clocks are a
 * bit apart.
 */
function spoil(first: Uint8Array, second: Uint8Array): void {
  for (let index = 0; index < first.length; index++) {
    const other = second[index] ?? 0xff
    first[index]! &= ((other << 1) | (other >> 7)) & 0xff
  }
  if (first !== second) second.fill(0, 0, 3)
}
