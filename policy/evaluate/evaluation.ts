import { isWithin } from '../../sim/tasks/task.ts'
import type { EpisodeOutcome, EpisodeRunner } from './episode-runner.ts'
import { type SuccessRate, wilsonInterval } from './wilson.ts'

/** Success by threshold [m], written as the user wrote it: `{ "0.05": … }`. */
export type SuccessByThreshold = Readonly<Record<string, SuccessRate>>

export interface EvaluationResult {
  readonly episodes: number
  readonly success: SuccessByThreshold
  /** Also at rest at the end; null where the object's speed is not measured. */
  readonly settled: SuccessByThreshold | null
  /** Of the episodes whose distance is known and finite; null when there are none. */
  readonly finalDistanceM: {
    readonly mean: number
    readonly median: number
    readonly p90: number
  } | null
  readonly interventions: Readonly<Record<string, number>>
  /** Episodes that ended by a fault … */
  readonly faults: number
  /** … and how many by which: code of the error to count. */
  readonly faultCodes: Readonly<Record<string, number>>
}

export interface SuccessCriteria {
  /** An episode has succeeded that ends nearer than this. */
  readonly thresholdsM: readonly number[]
  /** The object is at rest below this mean speed [m/s]. */
  readonly settledSpeedMPerS: number
}

export const DEFAULT_CRITERIA: SuccessCriteria = {
  thresholdsM: [0.03, 0.05, 0.07],
  settledSpeedMPerS: 0.02,
}

/** Plays episodes 0 … episodes - 1, one after another. */
export async function evaluateEpisodes(
  runner: EpisodeRunner,
  options: {
    readonly episodes: number
    readonly criteria?: SuccessCriteria
    /** Called after each episode. */
    readonly onEpisode?: (episode: number, outcome: EpisodeOutcome) => void
  },
): Promise<EvaluationResult> {
  const outcomes: EpisodeOutcome[] = []
  for (let episode = 0; episode < options.episodes; episode++) {
    const outcome = await runner.runEpisode(episode)
    outcomes.push(outcome)
    options.onEpisode?.(episode, outcome)
  }
  return summariseEpisodes(outcomes, options.criteria)
}

/** Whether an episode ended within the threshold [m], and not by a fault. */
export function hasSucceeded({ fault, distanceM }: EpisodeOutcome, thresholdM: number): boolean {
  return fault === null && isWithin(distanceM, thresholdM)
}

/** The figures of a list of episodes: every figure a user sees is counted here, whatever the world. */
export function summariseEpisodes(
  outcomes: readonly EpisodeOutcome[],
  criteria: SuccessCriteria = DEFAULT_CRITERIA,
): EvaluationResult {
  const isSettled = ({ settledSpeedMPerS: speed }: EpisodeOutcome) =>
    speed !== null && speed <= criteria.settledSpeedMPerS
  const rates = (accept: (outcome: EpisodeOutcome, thresholdM: number) => boolean) =>
    Object.fromEntries(
      criteria.thresholdsM.map((thresholdM) => [
        String(thresholdM),
        wilsonInterval(outcomes.filter((o) => accept(o, thresholdM)).length, outcomes.length),
      ]),
    )
  const isSpeedKnown = outcomes.some((outcome) => outcome.settledSpeedMPerS !== null)
  return {
    episodes: outcomes.length,
    success: rates(hasSucceeded),
    settled: isSpeedKnown
      ? rates((o, thresholdM) => hasSucceeded(o, thresholdM) && isSettled(o))
      : null,
    finalDistanceM: describeDistances(outcomes),
    interventions: sumInterventions(outcomes),
    faults: outcomes.filter((outcome) => outcome.fault !== null).length,
    faultCodes: countFaults(outcomes),
  }
}

/**
 * Quantile of sorted values, linear between neighbours (type 7 of Hyndman and Fan, NumPy's default).
 *
 * @param sorted - ascending, at least one
 */
export function quantile(sorted: ArrayLike<number>, probability: number): number {
  const position = (sorted.length - 1) * probability
  const below = Math.floor(position)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!)
}

function describeDistances(
  outcomes: readonly EpisodeOutcome[],
): EvaluationResult['finalDistanceM'] {
  const distances = Float64Array.from(outcomes, (outcome) => outcome.distanceM)
    .filter(Number.isFinite)
    .sort()
  if (distances.length === 0) return null
  const sum = distances.reduce((a, b) => a + b, 0)
  return {
    mean: sum / distances.length,
    median: quantile(distances, 0.5),
    p90: quantile(distances, 0.9),
  }
}

function countFaults(outcomes: readonly EpisodeOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { fault } of outcomes) {
    if (fault !== null) counts[fault] = (counts[fault] ?? 0) + 1
  }
  return counts
}

function sumInterventions(outcomes: readonly EpisodeOutcome[]): Record<string, number> {
  const total: Record<string, number> = {}
  for (const { interventions } of outcomes) {
    for (const [rule, count] of Object.entries(interventions)) {
      total[rule] = (total[rule] ?? 0) + count
    }
  }
  return total
}
