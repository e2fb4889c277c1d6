const CAPACITY = 4096
/** Messages before anything is said about them. */
const LEAST = 10
/** Shares of the messages between which a range lies: a single straggler is none of it. */
const LOW = 0.05
const HIGH = 0.95

/** What a stream of measurements is like, as it arrived. */
export interface Arrivals {
  readonly messages: number
  readonly rateHz: number
  /** From capture to arrival: the middle, and where nine of ten lie [s]. */
  readonly delayS: { readonly p05: number; readonly p50: number; readonly p95: number }
  /** Longest time between two captures [s]. */
  readonly longestGapS: number
}

/** Measures delay and rate of the newest 4,096 measurements of a sensor. */
export class ArrivalMeter {
  private readonly ages = new Float64Array(CAPACITY)
  private readonly captures = new Float64Array(CAPACITY)
  private total = 0

  /** @param captureS - on any one clock; @param ageS - at arrival [s] */
  add(captureS: number, ageS: number): void {
    const slot = this.total++ % CAPACITY
    this.captures[slot] = captureS
    this.ages[slot] = ageS
  }

  /** Null while too few have come. */
  get arrivals(): Arrivals | null {
    const count = Math.min(this.total, CAPACITY)
    if (count < LEAST) return null
    const captures = this.captures.slice(0, count).sort()
    const gaps = captures.subarray(1).map((each, k) => each - captures[k]!)
    const ages = this.ages.slice(0, count).sort()
    const spanS = captures[count - 1]! - captures[0]!
    return {
      messages: this.total,
      rateHz: spanS > 0 ? (count - 1) / spanS : 0,
      delayS: { p05: rank(ages, LOW), p50: rank(ages, 0.5), p95: rank(ages, HIGH) },
      longestGapS: gaps.reduce((longest, gap) => Math.max(longest, gap), 0),
    }
  }
}

/** Nearest rank of sorted values. */
function rank(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!
}
