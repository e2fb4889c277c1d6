const BISECTIONS = 6
/** Measures that differ by rounding only are the same. */
const ROUNDING = 1e-9

/**
 * Draws a command that leaves the allowed joint space back towards the previous one, as far as need be. Several
 * things may be outside, each by its own measure: one that was outside already may only come back, and none pays
 * for another. Works on some of a driver's joints; nothing allocates.
 */
export class DrawBack {
  /** The joints that `measure` looks at [numActive], [rad]. */
  readonly q: Float64Array
  private readonly wanted: Float64Array
  private readonly indices: Int32Array
  private readonly measure: (out: Float64Array) => void
  private readonly before: Float64Array
  private readonly found: Float64Array

  /**
   * @param indices - where the joints are in the driver's command
   * @param numMeasures - what `measure` fills
   * @param measure - how far the joints `q` are outside what is allowed, thing by thing; 0 inside
   */
  constructor(indices: Int32Array, numMeasures: number, measure: (out: Float64Array) => void) {
    this.indices = indices
    this.measure = measure
    this.q = new Float64Array(indices.length)
    this.wanted = new Float64Array(indices.length)
    this.before = new Float64Array(numMeasures)
    this.found = new Float64Array(numMeasures)
  }

  /**
   * Narrows `command` in place; whether it had to.
   * @param ahead - looks as many steps further along the way from the previous command
   */
  apply(command: Float64Array, previous: Float64Array, ahead = 0): boolean {
    const { indices, q, wanted } = this
    for (let i = 0; i < wanted.length; i++) wanted[i] = command[indices[i]!]!
    this.place(previous, 0)
    this.measure(this.before)
    if (this.isAllowed(previous, 1, ahead)) return false
    let low = 0
    let high = 1
    for (let k = 0; k < BISECTIONS; k++) {
      const middle = (low + high) / 2
      if (this.isAllowed(previous, middle, ahead)) low = middle
      else high = middle
    }
    this.place(previous, low)
    for (let i = 0; i < q.length; i++) command[indices[i]!] = q[i]!
    return true
  }

  /** Whether nothing is farther outside after a share of the step than before, nor as much further along. */
  private isAllowed(previous: Float64Array, share: number, ahead: number): boolean {
    if (!this.isNoWorse(previous, share)) return false
    return ahead === 0 || this.isNoWorse(previous, share * (1 + ahead))
  }

  private isNoWorse(previous: Float64Array, share: number): boolean {
    const { before, found } = this
    this.place(previous, share)
    this.measure(found)
    for (let k = 0; k < found.length; k++) if (found[k]! > before[k]! + ROUNDING) return false
    return true
  }

  /** The joints at a share of the step from the previous command. */
  private place(previous: Float64Array, share: number): void {
    const { indices, q, wanted } = this
    for (let i = 0; i < q.length; i++) {
      const from = previous[indices[i]!]!
      q[i] = from + (wanted[i]! - from) * share
    }
  }
}
