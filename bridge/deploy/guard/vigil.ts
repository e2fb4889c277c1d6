import { type GuardOrders, SIGN } from './orders.ts'

/** What a guard has heard from the control process, and what follows from it. */
export class Vigil {
  orders: GuardOrders | undefined
  /** The control process needs no guard any more. */
  isOver = false
  private readonly now: () => number
  private isWatching = false
  private hasEnded = false
  private heardS = 0
  private lookedS = Number.NaN

  /** @param now - monotonic [s] */
  constructor(now: () => number) {
    this.now = now
  }

  begin(orders: GuardOrders): void {
    this.orders = orders
  }

  hear(sign: string): void {
    this.heardS = this.now()
    if (sign === SIGN.watch) this.isWatching = true
    if (sign === SIGN.standDown) this.isWatching = false
  }

  /** The control process has closed its end, or is no more. */
  hearEnd(): void {
    this.hasEnded = true
    if (!this.isWatching) this.isOver = true
  }

  /**
   * What is wrong, if anything. To be called often: a computer that slept or stalled between two calls may have
   * kept the control process from speaking as well, so that such a time does not count as its silence.
   */
  look(): 'gone' | 'hangs' | undefined {
    const nowS = this.now()
    const { hangS } = this.orders?.config.guard ?? { hangS: Number.POSITIVE_INFINITY }
    if (nowS - this.lookedS > hangS / 4) this.heardS += nowS - this.lookedS
    this.lookedS = nowS
    if (!this.isWatching) return undefined
    if (this.hasEnded) return 'gone'
    return nowS - this.heardS > hangS ? 'hangs' : undefined
  }
}
