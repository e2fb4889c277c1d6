/**
 * Tells what moved from what was mistaken: a value that is farther from the last one than it can have come is doubted,
 * until the next one confirms it.
 */
export class JumpGate {
  readonly #jump: number
  readonly #fastest: number
  readonly #last: Float64Array
  readonly #doubtful: Float64Array
  #lastS = Number.NEGATIVE_INFINITY
  #doubtfulS = Number.NaN

  /**
   * @param jump - the farthest that a value moves at once [m or rad]
   * @param fastest - and how fast beyond that [m/s or rad/s]
   * @param size - numbers of a value
   */
  constructor(jump: number, fastest: number, size = 1) {
    this.#jump = jump
    this.#fastest = fastest
    this.#last = new Float64Array(size)
    this.#doubtful = new Float64Array(size)
  }

  /** Whether a value can be; one that is taken is what the next one is measured against. @param stampS - not before the last */
  takes(stampS: number, ...value: readonly number[]): boolean {
    const isFirst = this.#lastS === Number.NEGATIVE_INFINITY
    const isConfirmed =
      stampS > this.#doubtfulS && this.#isNear(this.#doubtful, stampS - this.#doubtfulS, value)
    if (isFirst || isConfirmed || this.#isNear(this.#last, stampS - this.#lastS, value)) {
      this.#last.set(value)
      this.#lastS = stampS
      this.#doubtfulS = Number.NaN
      return true
    }
    this.#doubtful.set(value)
    this.#doubtfulS = stampS
    return false
  }

  #isNear(from: Float64Array, seconds: number, value: readonly number[]): boolean {
    const far = Math.hypot(...value.map((each, k) => each - from[k]!))
    return far <= this.#jump + this.#fastest * seconds
  }
}
