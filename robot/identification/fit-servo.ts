import { RandomStream } from '../model/random.ts'
import { minimiseCmaEs } from './cma-es.ts'
import {
  createServoObjective,
  FINE,
  ROUGH,
  type ServoProblem,
  servoErrors,
} from './servo-objective.ts'
import type { ServoParameters } from './servo-parameters.ts'
import { parametersAt } from './servo-prior.ts'

export interface ServoFitOptions {
  readonly seed: number
  /** Which search of several: the first starts at `start`, each other one somewhere else. */
  readonly restart: number
  readonly maxEvaluations: number
  /** In deviations; default the priors' middles. */
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
/** Of a search's simulations. */
const ROUGH_SHARE = 0.7

/** The parameters that logs and priors together make most likely, by one search. Same seed and restart, same result. */
export function fitServo(problem: ServoProblem, options: ServoFitOptions): ServoFit {
  const { seed, restart, maxEvaluations, start } = options
  const { names, priors, known, rollouts } = problem
  const n = names.length
  const numRough = Math.round(ROUGH_SHARE * maxEvaluations)
  const stages = [
    { objective: createServoObjective(problem, ROUGH), maxEvaluations: numRough },
    { objective: createServoObjective(problem, FINE), maxEvaluations: maxEvaluations - numRough },
  ]
  const random = new RandomStream(seed, restart)
  const isFirst = restart === 0
  const found = minimiseCmaEs(stages, {
    start: isFirst
      ? (start ?? new Float64Array(n))
      : Float64Array.from({ length: n }, () => START_SPREAD * random.normal()),
    sigma: isFirst && start !== undefined ? NEAR_SIGMA : FIRST_SIGMA,
    random,
    populationScale: POPULATION_SCALE,
    tolerance: TOLERANCE,
  })
  const parameters = parametersAt(names, priors, known, found.best)
  return {
    parameters,
    deviations: found.best,
    cost: found.value,
    errorsRad: servoErrors(rollouts, parameters),
  }
}
