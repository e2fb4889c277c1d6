/** Less is a timer's usual lateness [s]. */
const LEAST_S = 0.003
/** The last so many are remembered. */
const CAPACITY = 64

/** Times in which this computer did not run a program that waited: its timers came late. */
export class HostStalls {
  readonly #endS = new Float64Array(CAPACITY).fill(Number.NEGATIVE_INFINITY)
  readonly #lengthS = new Float64Array(CAPACITY)
  #next = 0

  /** A timer that was due at `dueS` came at `nowS`. Whether that is a stall. */
  note(dueS: number, nowS: number): boolean {
    const lengthS = nowS - dueS
    if (!(lengthS > LEAST_S)) return false
    this.#endS[this.#next] = nowS
    this.#lengthS[this.#next] = lengthS
    this.#next = (this.#next + 1) % CAPACITY
    return true
  }

  /** How long it stood still, all in all, after `timeS` [s]. */
  since(timeS: number): number {
    let totalS = 0
    for (let i = 0; i < CAPACITY; i++) {
      if (this.#endS[i]! > timeS) totalS += Math.min(this.#lengthS[i]!, this.#endS[i]! - timeS)
    }
    return totalS
  }
}
