/** What LeRobot keeps of a feature, each by dimension; `count` is one number. */
export const STATISTICS = [
  ...['min', 'max', 'mean', 'std', 'count'],
  ...['q01', 'q10', 'q50', 'q90', 'q99'],
] as const
export type FeatureStats = Readonly<Record<(typeof STATISTICS)[number], readonly number[]>>

const QUANTILES = { q01: 0.01, q10: 0.1, q50: 0.5, q90: 0.9, q99: 0.99 } as const

/**
 * Statistics of a feature over frames; the deviation is the population's, quantiles lie between samples.
 *
 * @param rows - [numFrames][size], one frame at least
 */
export function featureStats(rows: readonly ArrayLike<number>[]): FeatureStats {
  const columns = Array.from({ length: rows[0]!.length }, (_, i) =>
    Float64Array.from(rows, (row) => row[i]!).sort(),
  )
  const each = (of: (sorted: Float64Array) => number) => columns.map(of)
  const quantiles = Object.fromEntries(
    Object.entries(QUANTILES).map(([name, share]) => [
      name,
      each((sorted) => quantile(sorted, share)),
    ]),
  ) as Record<keyof typeof QUANTILES, number[]>
  return {
    min: each((sorted) => sorted[0]!),
    max: each((sorted) => sorted.at(-1)!),
    mean: each(mean),
    std: each((sorted) => {
      const middle = mean(sorted)
      return Math.sqrt(mean(sorted.map((value) => (value - middle) ** 2)))
    }),
    count: [rows.length],
    ...quantiles,
  }
}

const mean = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!)
}
