/** Standard normal quantile of a two-sided 95 % interval. */
const Z95 = 1.959963984540054

export interface PairedDifference {
  /** Success rate of the second minus that of the first, on the same draws. */
  readonly difference: number
  /** 95 % interval. */
  readonly low: number
  readonly high: number
  /** Draws that only the first, only the second solved. */
  readonly onlyFirst: number
  readonly onlySecond: number
}

/**
 * Difference of two success rates over the same draws, with the normal interval for paired proportions
 * (Agresti, Categorical Data Analysis, section 11.1): the variance comes from discordant pairs alone.
 */
export function pairedDifference(
  first: readonly boolean[],
  second: readonly boolean[],
): PairedDifference {
  if (first.length !== second.length || first.length === 0) {
    throw new RangeError(`expected pairs, got ${first.length} and ${second.length} outcomes`)
  }
  const n = first.length
  const onlyFirst = first.filter((isSuccess, k) => isSuccess && !second[k]!).length
  const onlySecond = second.filter((isSuccess, k) => isSuccess && !first[k]!).length
  const difference = (onlySecond - onlyFirst) / n
  const variance = (onlyFirst + onlySecond - (onlySecond - onlyFirst) ** 2 / n) / (n * n)
  const spread = Z95 * Math.sqrt(variance)
  return { difference, low: difference - spread, high: difference + spread, onlyFirst, onlySecond }
}
