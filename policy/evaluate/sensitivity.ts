import { type SuccessRate, wilsonInterval } from './wilson.ts'

/** Groups that a quantity's draws are divided into, as many in each. */
const NUM_GROUPS = 5

/** A quantity that differs from episode to episode. */
export interface DrawnQuantity {
  readonly name: string
  /** One of each episode. */
  readonly values: Float64Array
  /** Where its groups end, ascending; default: fifths of the episodes, or each value where there are few. */
  readonly edges?: readonly number[]
}

/** Episodes in which a quantity lay between two values. */
export interface SensitivityGroup {
  /** Least and greatest value drawn. */
  readonly from: number
  readonly to: number
  readonly episodes: number
  readonly success: SuccessRate
}

/** How success depends on a quantity. */
export interface Sensitivity {
  readonly name: string
  /**
   * Pearson's χ² of success against group, divided by its degrees of freedom: near 1 where the quantity does not
   * matter. The mean over all draws of the other quantities; nothing is said of what acts only together.
   */
  readonly chiSquarePerDegree: number
  readonly groups: readonly SensitivityGroup[]
}

/** What success depends on, the most telling quantity first; those that do not vary are left out. */
export function sensitivities(
  quantities: readonly DrawnQuantity[],
  isSuccess: readonly boolean[],
): Sensitivity[] {
  return quantities
    .map((quantity) => sensitivityTo(quantity, isSuccess))
    .filter(({ groups }) => groups.length > 1)
    .sort((a, b) => b.chiSquarePerDegree - a.chiSquarePerDegree)
}

function sensitivityTo(quantity: DrawnQuantity, isSuccess: readonly boolean[]): Sensitivity {
  const groups = groupsOf(quantity)
    .filter((episodes) => episodes.length > 0)
    .map((episodes) => {
      const successes = episodes.filter((episode) => isSuccess[episode]!).length
      return {
        from: quantity.values[episodes[0]!]!,
        to: quantity.values[episodes.at(-1)!]!,
        episodes: episodes.length,
        success: wilsonInterval(successes, episodes.length),
      }
    })
  return { name: quantity.name, chiSquarePerDegree: chiSquarePerDegree(groups), groups }
}

/** Numbers of the episodes of each group, by ascending value. */
function groupsOf({ values, edges }: DrawnQuantity): number[][] {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!)
  const different = [...new Set(order.map((episode) => values[episode]!))]
  const ends = edges ?? (different.length <= NUM_GROUPS ? different : undefined)
  if (ends === undefined) {
    const at = (k: number) => Math.round((k * order.length) / NUM_GROUPS)
    return Array.from({ length: NUM_GROUPS }, (_, k) => order.slice(at(k), at(k + 1)))
  }
  const bounds = [...ends, Number.POSITIVE_INFINITY]
  return bounds.map((end, k) =>
    order.filter((episode) => {
      const value = values[episode]!
      return value <= end && (k === 0 || value > bounds[k - 1]!)
    }),
  )
}

function chiSquarePerDegree(groups: readonly SensitivityGroup[]): number {
  const total = groups.reduce((sum, { episodes }) => sum + episodes, 0)
  const rate = groups.reduce((sum, each) => sum + each.success.rate * each.episodes, 0) / total
  const variance = rate * (1 - rate)
  if (variance === 0 || groups.length < 2) return 0
  const chiSquare = groups.reduce(
    (sum, { episodes, success }) => sum + (episodes * (success.rate - rate) ** 2) / variance,
    0,
  )
  return chiSquare / (groups.length - 1)
}
