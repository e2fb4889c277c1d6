import { clamp } from '../model/scalar.ts'

/**
 * Joint set-points between two policy steps: straight lines from each set-point to the next over one
 * policy period, then hold. Also carries commands that arrive late: each segment begins at its own instant.
 */
export class SetpointTrack {
  private readonly size: number
  /** Segments that may wait at once; the oldest is dropped beyond it. */
  private capacity = 8
  private begin: Float64Array
  private from: Float64Array
  private to: Float64Array
  private first = 0
  private count = 0
  private readonly periodS: number

  constructor(size: number, periodS: number) {
    this.size = size
    this.periodS = periodS
    this.begin = new Float64Array(this.capacity)
    this.from = new Float64Array(this.capacity * size)
    this.to = new Float64Array(this.capacity * size)
  }

  /**
   * Forgets everything and holds `setpoint` from now on.
   * @param latestS - how late commands come at most, one a period [s]
   */
  reset(setpoint: Float64Array, timeS: number, latestS = 0): void {
    const { size } = this
    // Beside those that wait, the one that is under way and the new one.
    const needed = Math.ceil(latestS / this.periodS) + 2
    if (needed > this.capacity) {
      this.capacity = needed
      this.begin = new Float64Array(needed)
      this.from = new Float64Array(needed * size)
      this.to = new Float64Array(needed * size)
    }
    this.first = 0
    this.count = 0
    this.push(setpoint, timeS - this.periodS)
  }

  /** A new set-point that takes effect at `beginS`: the line starts at the previous set-point. */
  push(setpoint: Float64Array, beginS: number): void {
    const { size, capacity } = this
    const previous = (this.first + this.count - 1 + capacity) % capacity
    if (this.count === capacity) {
      this.first = (this.first + 1) % capacity
      this.count--
    }
    const slot = (this.first + this.count) % capacity
    const hadOne = this.count > 0
    this.begin[slot] = beginS
    for (let i = 0; i < size; i++) {
      this.from[slot * size + i] = hadOne ? this.to[previous * size + i]! : setpoint[i]!
      this.to[slot * size + i] = setpoint[i]!
    }
    this.count++
  }

  save() {
    const { begin, from, to, first, count } = this
    return structuredClone({ begin, from, to, first, count })
  }

  restore({ begin, from, to, first, count }: ReturnType<SetpointTrack['save']>): void {
    this.capacity = begin.length
    this.begin = begin.slice()
    this.from = from.slice()
    this.to = to.slice()
    this.first = first
    this.count = count
  }

  /** Set-point at `timeS` into `out` [size]. */
  at(timeS: number, out: Float64Array): void {
    const { size, capacity } = this
    while (this.count > 1 && this.begin[(this.first + 1) % capacity]! <= timeS) {
      this.first = (this.first + 1) % capacity
      this.count--
    }
    const base = this.first * size
    const share = clamp((timeS - this.begin[this.first]!) / this.periodS, 0, 1)
    for (let i = 0; i < size; i++) {
      const a = this.from[base + i]!
      out[i] = a + (this.to[base + i]! - a) * share
    }
  }
}
