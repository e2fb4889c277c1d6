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
 * Difference of two success rates over the same draws, with an adjusted normal interval for paired proportions: half a
 * draw more in each of the four cells, without which few discordant pairs, or none, pass for certainty (Agresti and Min,
 * Statistics in Medicine 24, 2005, p. 729).
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
  const total = n + 2
  const middle = (onlySecond - onlyFirst) / total
  const variance = ((onlyFirst + onlySecond + 1) / total - middle ** 2) / total
  const spread = Z95 * Math.sqrt(variance)
  const low = Math.max(-1, middle - spread)
  return { difference, low, high: Math.min(1, middle + spread), onlyFirst, onlySecond }
}
