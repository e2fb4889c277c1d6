import type { Clock } from '../../robot/model/clock.ts'

/** Lets through `ratePerS` on average and `burst` at once. */
export class TokenBucket {
  readonly #clock: Pick<Clock, 'now'>
  readonly #ratePerS: number
  readonly #burst: number
  #tokens: number
  #filledS: number

  constructor(clock: Pick<Clock, 'now'>, ratePerS: number, burst: number) {
    this.#clock = clock
    this.#ratePerS = ratePerS
    this.#burst = burst
    this.#tokens = burst
    this.#filledS = clock.now()
  }

  /** False when there is too much of it. */
  take(): boolean {
    const nowS = this.#clock.now()
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowS - this.#filledS) * this.#ratePerS)
    this.#filledS = nowS
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
