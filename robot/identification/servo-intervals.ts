import type { ServoCandidate } from './choose-servo-model.ts'
import type { ServoParameterName } from './servo-parameters.ts'
import { valueAt } from './servo-prior.ts'

export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** Searches that end this near the best are as good. */
const EQUAL_COST = 2
/** Standard deviations of a 95 % interval. */
const WIDTH = 1.96

/**
 * Each parameter with a 95 % interval: the jackknife over logs (what leaving one out changes), in deviations
 * from the prior, at least as wide as the restarts scatter that end equally well, and no wider than the prior; which it
 * is where there is no other log to tell.
 */
export function servoIntervals(
  candidate: ServoCandidate,
): Partial<Record<ServoParameterName, Interval>> {
  const { problem, fit, searches, logOut } = candidate
  const equals = searches.filter(({ cost }) => cost <= fit.cost + EQUAL_COST)
  const intervals: Partial<Record<ServoParameterName, Interval>> = {}
  problem.names.forEach((name, i) => {
    const prior = problem.priors[name]!
    const at = fit.deviations[i]!
    const [low, high] = rangeAround(
      at,
      logOut.fits.map(({ deviations }) => deviations[i]!),
    )
    const ends = equals.map(({ deviations }) => deviations[i]!)
    intervals[name] = {
      value: valueAt(prior, at),
      low: valueAt(prior, Math.min(low, ...ends)),
      high: valueAt(prior, Math.max(high, ...ends)),
    }
  })
  return intervals
}

/** Of an estimate, by its values without one log each; all in deviations from the prior. */
function rangeAround(at: number, leftOut: readonly number[]): readonly [number, number] {
  if (leftOut.length < 2) return [-WIDTH, WIDTH]
  const half = Math.min(WIDTH, WIDTH * jackknifeError(leftOut))
  return [at - half, at + half]
}

/** Standard error of an estimate out of its values without one sample each. */
function jackknifeError(values: readonly number[]): number {
  const middle = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  return Math.sqrt(((values.length - 1) / values.length) * squares)
}
