import { RandomStream } from '../model/random.ts'
import { minimiseCmaEs } from './cma-es.ts'
import { createServoObjective, type ServoProblem, servoErrors } from './servo-objective.ts'
import type { ServoParameters } from './servo-parameters.ts'
import { parametersAt } from './servo-prior.ts'

export interface ServoFitOptions {
  readonly seed: number
  /** Searches from different places, of which the best counts. */
  readonly restarts: number
  readonly maxEvaluations: number
  /** Where the first search starts, in deviations; default the priors' middles. */
  readonly start?: Float64Array | undefined
}

export interface ServoFit {
  readonly parameters: ServoParameters
  /** From the priors' middles, in their standard deviations [numNames]. */
  readonly deviations: Float64Array
  /** Of the posterior's negative logarithm. */
  readonly cost: number
  /** Mean absolute position error of each log [rad]. */
  readonly errorsRad: readonly number[]
  /** Where each search ended, and at which cost. */
  readonly searches: readonly { readonly deviations: Float64Array; readonly cost: number }[]
}

const FIRST_SIGMA = 0.7
/** For a search that starts near its end. */
const NEAR_SIGMA = 0.4
const START_SPREAD = 0.7
/**
 * Sticking makes the valley rough: of twice the population nearly all searches end at the same place. A single
 * search does with the plain one, for speed.
 */
const POPULATION_SCALE = 2
const TOLERANCE = 0.005

/** The parameters that logs and priors together make most likely. Same seed, same result. */
export function fitServo(problem: ServoProblem, options: ServoFitOptions): ServoFit {
  const { seed, restarts, maxEvaluations, start } = options
  const n = problem.names.length
  const objective = createServoObjective(problem)
  const searches = Array.from({ length: restarts }, (_, restart) => {
    const random = new RandomStream(seed, restart)
    const isFirst = restart === 0
    const from = isFirst
      ? (start ?? new Float64Array(n))
      : Float64Array.from({ length: n }, () => START_SPREAD * random.normal())
    const sigma = isFirst && start !== undefined ? NEAR_SIGMA : FIRST_SIGMA
    const found = minimiseCmaEs(objective, {
      start: from,
      sigma,
      random,
      maxEvaluations,
      populationScale: POPULATION_SCALE,
      tolerance: TOLERANCE,
    })
    return { deviations: found.best, cost: found.value }
  })
  const best = searches.reduce((a, b) => (b.cost < a.cost ? b : a))
  const { names, priors, known } = problem
  const parameters = parametersAt(names, priors, known, best.deviations)
  return {
    parameters,
    ...best,
    errorsRad: servoErrors(problem.rollouts, parameters),
    searches,
  }
}
