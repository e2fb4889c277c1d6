import { clamp } from '../../robot/model/scalar.ts'

/** States that are kept: enough for a quarter of a second in the finest time steps in use. */
const CAPACITY = 256

/** Where the joints were a moment ago: a straight line between the states that were added. */
export class JointHistory {
  private readonly size: number
  private readonly timesS = new Float64Array(CAPACITY)
  private readonly states: Float64Array
  /** Of the oldest, and how many there are. */
  private first = 0
  private count = 0

  /** @param size - number of joints */
  constructor(size: number) {
    this.size = size
    this.states = new Float64Array(CAPACITY * size)
  }

  clear(): void {
    this.first = 0
    this.count = 0
  }

  /** @param timeS - after that of the state before; the oldest is forgotten where there are too many */
  add(timeS: number, q: ArrayLike<number>): void {
    if (this.count === CAPACITY) {
      this.first = (this.first + 1) % CAPACITY
      this.count--
    }
    const slot = this.slotOf(this.count++)
    this.timesS[slot] = timeS
    for (let i = 0; i < this.size; i++) this.states[slot * this.size + i] = q[i]!
  }

  /** The joints at `timeS` into `out` [size]; before the oldest state as there, and one has to be there. */
  at(timeS: number, out: Float64Array): void {
    let newer = this.count - 1
    while (newer > 1 && this.timesS[this.slotOf(newer - 1)]! >= timeS) newer--
    const older = Math.max(0, newer - 1)
    const [a, b] = [this.slotOf(older), this.slotOf(newer)]
    const spanS = this.timesS[b]! - this.timesS[a]!
    const share = spanS > 0 ? clamp((timeS - this.timesS[a]!) / spanS, 0, 1) : 1
    for (let i = 0; i < this.size; i++) {
      const from = this.states[a * this.size + i]!
      out[i] = from + share * (this.states[b * this.size + i]! - from)
    }
  }

  save() {
    const slots = Array.from({ length: this.count }, (_, place) => this.slotOf(place))
    return slots.map((slot) => ({
      timeS: this.timesS[slot]!,
      q: this.states.slice(slot * this.size, (slot + 1) * this.size),
    }))
  }

  restore(saved: ReturnType<JointHistory['save']>): void {
    this.clear()
    for (const { timeS, q } of saved) this.add(timeS, q)
  }

  private slotOf(place: number): number {
    return (this.first + place) % CAPACITY
  }
}
