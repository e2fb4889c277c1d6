export interface SuccessRate {
  /** successes / trials */
  readonly rate: number
  /** Wilson score interval, 95 %. */
  readonly low: number
  readonly high: number
}

/** Standard normal quantile of a two-sided 95 % interval. */
const Z95 = 1.959963984540054

/**
 * Success rate with its 95 % Wilson score interval, without continuity correction (E. B. Wilson, 1927;
 * Newcombe 1998, method 3). Without trials nothing is known: 0 to 1.
 */
export function wilsonInterval(successes: number, trials: number, z = Z95): SuccessRate {
  if (trials === 0) return { rate: 0, low: 0, high: 1 }
  const rate = successes / trials
  const square = z * z
  const scale = 1 / (1 + square / trials)
  const centre = scale * (rate + square / (2 * trials))
  const spread =
    scale * z * Math.sqrt((rate * (1 - rate)) / trials + square / (4 * trials * trials))
  return {
    rate,
    low: successes === 0 ? 0 : Math.max(0, centre - spread),
    high: successes === trials ? 1 : Math.min(1, centre + spread),
  }
}
