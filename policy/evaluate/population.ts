import { RandomStream } from '../../robot/model/random.ts'
import type { EpisodeOutcome } from './episode-runner.ts'
import { hasSucceeded, quantile } from './evaluation.ts'
import type { SuccessRate } from './wilson.ts'

/** Set-ups of a population, each judged by itself: a mean hides the arm on which a policy always fails. */
export interface PopulationResult {
  readonly thresholdM: number
  /** Mean of the set-ups' rates, with the 95 % interval of a bootstrap over set-ups. */
  readonly mean: SuccessRate
  /** Mean rate of the worst tenth of the set-ups, of one at least. */
  readonly worstTenth: number
  readonly setUps: readonly { readonly reality: string; readonly rate: number }[]
}

const RESAMPLES = 10_000
const BOOTSTRAP_SEED = 1

/**
 * @param setUps - one at least, each with one episode at least
 * @param thresholdM - that an episode ends within to count
 */
export function summarisePopulation(
  setUps: readonly { readonly reality: string; readonly outcomes: readonly EpisodeOutcome[] }[],
  thresholdM: number,
): PopulationResult {
  const judged = setUps.map(({ reality, outcomes }) => ({
    reality,
    rate: meanOf(outcomes.map((each) => Number(hasSucceeded(each, thresholdM)))),
  }))
  const rates = judged.map(({ rate }) => rate).sort((a, b) => a - b)
  const worst = rates.slice(0, Math.max(1, Math.round(rates.length / 10)))
  return { thresholdM, mean: bootstrapMean(rates), worstTenth: meanOf(worst), setUps: judged }
}

/** Percentile bootstrap (Efron 1979): whole set-ups are drawn again, since episodes of one are alike. */
function bootstrapMean(rates: readonly number[]): SuccessRate {
  const random = new RandomStream(BOOTSTRAP_SEED)
  const means = new Float64Array(RESAMPLES)
  for (let k = 0; k < RESAMPLES; k++) {
    let sum = 0
    for (let i = 0; i < rates.length; i++) sum += rates[random.integer(rates.length)]!
    means[k] = sum / rates.length
  }
  means.sort()
  return { rate: meanOf(rates), low: quantile(means, 0.025), high: quantile(means, 0.975) }
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length
