import type { Place } from './place.ts'

/** Kept transforms lie so far apart at least [s]: with so many of them they reach back by more than a second. */
const SPACING_S = 0.005
const SLOTS = 256
/** A position and a quaternion. */
const WIDTH = 7
/** How long a frame is taken to stay where it was last seen [s]. */
const STAYS_S = 0.5
/** Stamps of one moment, made from different numbers [s]. */
const ROUNDING_S = 1e-3

/** Where a moving frame stood in its parent, for the last second or more: looked up at a time, as tf2 does. */
export class TransformHistory {
  readonly parent: string
  /** Of the newest transform, on the clock of the messages [s]. */
  stampS = Number.NEGATIVE_INFINITY
  private arrivedS = Number.NEGATIVE_INFINITY
  private readonly stamps = new Float64Array(SLOTS)
  private readonly places = new Float64Array(SLOTS * WIDTH)
  private size = 0
  private newest = -1
  private readonly position = new Float64Array(3)
  private readonly quaternion = new Float64Array(4)
  private readonly found: Place = { position: this.position, quaternion: this.quaternion }

  constructor(parent: string) {
    this.parent = parent
  }

  /**
   * @param stampS - on the clock of the messages [s]; zero: of a sender without a clock
   * @param nowS - when it came
   */
  add({ position, quaternion }: Place, stampS: number, nowS: number): void {
    if (stampS < this.stampS) return
    // Without a clock there is nothing to look up by.
    if (stampS === 0 || this.stampS === 0) this.size = 0
    const before = this.size < 2 ? Number.NEGATIVE_INFINITY : this.stamps[this.slot(1)]!
    const isSame = this.size > 0 && stampS === this.stampS
    if (!isSame && stampS - before >= SPACING_S) {
      this.newest = (this.newest + 1) % SLOTS
      this.size = Math.min(this.size + 1, SLOTS)
    }
    this.stampS = stampS
    this.arrivedS = nowS
    this.stamps[this.newest] = stampS
    this.places.set(position, this.newest * WIDTH)
    this.places.set(quaternion, this.newest * WIDTH + 3)
  }

  /**
   * Where it stood at a time, between the transforms around it. A little after the newest it is where that has it; null
   * later, and before the oldest. Where one of the two has no clock the newest counts, for as long after it came.
   *
   * @param stampS - on the clock of the messages [s]; zero: now
   * @returns memory that the next call uses again
   */
  at(stampS: number, nowS: number): Place | null {
    if (stampS === 0 || this.stampS === 0) {
      return nowS - this.arrivedS > STAYS_S ? null : this.between(0, 0, 0)
    }
    if (stampS >= this.stampS) {
      return stampS - this.stampS > STAYS_S ? null : this.between(0, 0, 0)
    }
    for (let age = 1; age < this.size; age++) {
      const beganS = this.stamps[this.slot(age)]!
      if (stampS < beganS) continue
      const endedS = this.stamps[this.slot(age - 1)]!
      return this.between(age, age - 1, (stampS - beganS) / (endedS - beganS))
    }
    const oldest = this.size - 1
    const isThere = this.stamps[this.slot(oldest)]! - stampS < ROUNDING_S
    return isThere ? this.between(oldest, oldest, 0) : null
  }

  /** Of a transform by how many came after it. */
  private slot(age: number): number {
    return (this.newest - age + SLOTS) % SLOTS
  }

  /** On the straight line from one to the other; turns between neighbours are small. */
  private between(from: number, to: number, share: number): Place {
    const { places, position, quaternion } = this
    const a = this.slot(from) * WIDTH
    const b = this.slot(to) * WIDTH
    let dot = 0
    for (let k = 3; k < WIDTH; k++) dot += places[a + k]! * places[b + k]!
    // Both signs of a quaternion are the same turn: the nearer one.
    const sign = dot < 0 ? -1 : 1
    for (let k = 0; k < 3; k++) {
      position[k] = (1 - share) * places[a + k]! + share * places[b + k]!
    }
    for (let k = 0; k < 4; k++) {
      quaternion[k] = (1 - share) * places[a + 3 + k]! + share * sign * places[b + 3 + k]!
    }
    if (from !== to) normalize(quaternion)
    return this.found
  }
}

function normalize(q: Float64Array): void {
  const length = Math.hypot(q[0]!, q[1]!, q[2]!, q[3]!)
  for (let k = 0; k < 4; k++) q[k] = q[k]! / length
}
