const BISECTIONS = 6

/**
 * Draws a command that leaves the allowed joint space back towards the previous one, as far as need be; one that
 * was outside already may only come back. Works on some of a driver's joints; nothing allocates.
 */
export class DrawBack {
  /** The joints that `excess` looks at [numActive], [rad]. */
  readonly q: Float64Array
  private readonly wanted: Float64Array
  private readonly indices: Int32Array
  private readonly excess: () => number

  /**
   * @param indices - where the joints are in the driver's command
   * @param excess - how far the joints `q` are outside what is allowed; 0 inside
   */
  constructor(indices: Int32Array, excess: () => number) {
    this.indices = indices
    this.excess = excess
    this.q = new Float64Array(indices.length)
    this.wanted = new Float64Array(indices.length)
  }

  /**
   * Narrows `command` in place; whether it had to.
   * @param ahead - looks as many steps further along the way from the previous command
   */
  apply(command: Float64Array, previous: Float64Array, ahead = 0): boolean {
    const { indices, q, wanted } = this
    for (let i = 0; i < wanted.length; i++) wanted[i] = command[indices[i]!]!
    const after = this.excessOnWay(previous, 1, ahead)
    if (after === 0) return false
    const before = this.excessAt(previous, 0)
    if (after < before) return false
    let low = 0
    let high = 1
    for (let k = 0; k < BISECTIONS; k++) {
      const middle = (low + high) / 2
      if (this.excessOnWay(previous, middle, ahead) <= before) low = middle
      else high = middle
    }
    this.excessAt(previous, low)
    for (let i = 0; i < q.length; i++) command[indices[i]!] = q[i]!
    return true
  }

  /** The greater of the excess of a share of the step and of as much further along as it looks ahead. */
  private excessOnWay(previous: Float64Array, share: number, ahead: number): number {
    const now = this.excessAt(previous, share)
    return ahead === 0 ? now : Math.max(now, this.excessAt(previous, share * (1 + ahead)))
  }

  /** `excess` of the previous command and a share of the step from there. */
  private excessAt(previous: Float64Array, share: number): number {
    const { indices, q, wanted } = this
    for (let i = 0; i < q.length; i++) {
      const from = previous[indices[i]!]!
      q[i] = from + (wanted[i]! - from) * share
    }
    return this.excess()
  }
}
