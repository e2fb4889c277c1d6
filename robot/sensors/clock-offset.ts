/** Exchanges that are kept: the quickest of them is the most exact. */
const WINDOW = 16

interface Exchange {
  readonly offsetS: number
  readonly roundTripS: number
}

/**
 * How far another machine's clock is ahead of ours, by asking it the time as NTP does (RFC 5905, section 8): a
 * question at `t0`, read and answered at `t1` and `t2`, the answer here at `t3`. The offset is wrong by no more than
 * half of what the way there and back took, and least on the quickest of the last exchanges (section 10).
 */
export class ClockOffset {
  private readonly exchanges: Exchange[] = []

  /** @param t0,t3 - on our clock [s]; @param t1,t2 - on theirs */
  add(t0: number, t1: number, t2: number, t3: number): void {
    const roundTripS = t3 - t0 - (t2 - t1)
    const offsetS = (t1 - t0 + (t2 - t3)) / 2
    if (!Number.isFinite(offsetS) || !(roundTripS >= 0)) return
    this.exchanges.push({ offsetS, roundTripS })
    if (this.exchanges.length > WINDOW) this.exchanges.shift()
  }

  /** Their clock minus ours [s], and how far that may be off; null before the first answer. */
  get estimate(): { readonly offsetS: number; readonly uncertaintyS: number } | null {
    let best: Exchange | undefined
    for (const each of this.exchanges) {
      if (best === undefined || each.roundTripS <= best.roundTripS) best = each
    }
    return best === undefined ? null : { offsetS: best.offsetS, uncertaintyS: best.roundTripS / 2 }
  }
}
