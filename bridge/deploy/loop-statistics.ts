const CAPACITY = 1 << 16

/** The last 65,536 samples of a quantity and its percentiles; recording allocates nothing. */
export class Samples {
  private readonly values = new Float64Array(CAPACITY)
  private total = 0

  add(value: number): void {
    this.values[this.total % CAPACITY] = value
    this.total++
  }

  get count(): number {
    return this.total
  }

  /** Largest of the last `n` samples; 0 without samples. */
  worstOfLast(n: number): number {
    let worst = 0
    for (let back = 1; back <= Math.min(n, this.total, CAPACITY); back++) {
      worst = Math.max(worst, this.values[(this.total - back) % CAPACITY]!)
    }
    return worst
  }

  /** Nearest-rank percentile, `share` in 0..1, of the last `most` samples; 0 without samples. */
  percentile(share: number, most = CAPACITY): number {
    const n = Math.min(this.total, CAPACITY, most)
    if (n === 0) return 0
    const first = this.total - n
    const sorted = Float64Array.from({ length: n }, (_, k) => this.values[(first + k) % CAPACITY]!)
    sorted.sort()
    return sorted[Math.min(n - 1, Math.max(0, Math.ceil(share * n) - 1))]!
  }
}

/** Timing of a control loop: wake-up lateness, missed deadlines, inference time. */
export class LoopStatistics {
  readonly latenessS = new Samples()
  readonly inferenceS = new Samples()
  missed = 0

  summary(rateHz: number): {
    loop: { rateHz: number; jitterP50S: number; jitterP99S: number; missed: number }
    inference: { p50S: number; p99S: number }
  } {
    return {
      loop: {
        rateHz,
        jitterP50S: this.latenessS.percentile(0.5),
        jitterP99S: this.latenessS.percentile(0.99),
        missed: this.missed,
      },
      inference: { p50S: this.inferenceS.percentile(0.5), p99S: this.inferenceS.percentile(0.99) },
    }
  }
}
