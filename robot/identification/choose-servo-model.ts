import type { ServoFit, ServoFitOptions } from './fit-servo.ts'
import { SERVO_MODELS, type ServoModelName } from './servo-models.ts'
import { type ServoProblem, servoErrors } from './servo-objective.ts'
import type { ServoParameterName } from './servo-parameters.ts'
import type { ServoRollout } from './servo-rollout.ts'

export interface ServoSearch {
  readonly seed: number
  readonly maxEvaluations: number
  /** Runs `fitServo`, here or in another thread. May reject to end the search. */
  readonly fit: (problem: ServoProblem, options: ServoFitOptions) => Promise<ServoFit>
  /** Called after each fit with what was fitted. */
  readonly onFitted?: ((model: ServoModelName, to: string) => void) | undefined
}

/** One model, fitted to all logs, and judged by those that it was not fitted to. */
export interface ServoCandidate {
  readonly model: ServoModelName
  readonly problem: ServoProblem
  /** To all logs: the best of the searches. */
  readonly fit: ServoFit
  readonly searches: readonly ServoFit[]
  /** Error of each log by the fit to the others [rad], and those fits. */
  readonly logOut: HeldOut
  /** The same by the fit to the logs of other gains; absent where there is one gain only. */
  readonly gainOut: HeldOut | undefined
}

export interface HeldOut {
  /** In the order of the logs. */
  readonly errorsRad: readonly number[]
  readonly fits: readonly ServoFit[]
}

/** A fold searches once, and from near its end, so it needs less. */
const FOLD_SHARE = 0.5
/** Below which the scatter between logs is not known. */
const FEWEST_LOGS = 5

/**
 * Fits one model to all logs, and again without each log and without each gain. A fit starts where the simpler
 * model's fit to the same logs ended: never from one that has seen what is left out.
 *
 * @param simpler - the candidate before, of a model whose parameters this one has too
 */
export async function judgeServoModel(
  model: ServoModelName,
  rollouts: readonly ServoRollout[],
  servo: Pick<ServoProblem, 'priors' | 'known'>,
  search: ServoSearch,
  simpler?: ServoCandidate,
): Promise<ServoCandidate> {
  const names: ServoParameterName[] = SERVO_MODELS[model].filter((name) => name in servo.priors)
  const problem = { rollouts, names, priors: servo.priors, known: servo.known }
  const startAt = (fit: ServoFit | undefined) =>
    fit === undefined
      ? undefined
      : Float64Array.from(names, (name) => {
          const index = simpler!.problem.names.indexOf(name)
          return index < 0 ? 0 : fit.deviations[index]!
        })
  const { seed, maxEvaluations } = search
  const run = async (of: ServoProblem, options: ServoFitOptions, to: string) => {
    const found = await search.fit(of, options)
    search.onFitted?.(model, to)
    return found
  }
  const without = (
    isOut: (rollout: ServoRollout) => boolean,
    left: string,
    before: ServoFit | undefined,
  ) =>
    run(
      { ...problem, rollouts: rollouts.filter((rollout) => !isOut(rollout)) },
      {
        seed,
        restart: 0,
        maxEvaluations: Math.round(FOLD_SHARE * maxEvaluations),
        start: startAt(before),
      },
      left,
    )
  const gains = [...new Set(rollouts.map(({ log }) => log.gain))]
  const [fit, logFits, gainFits] = await Promise.all([
    run(problem, { seed, restart: 0, maxEvaluations, start: startAt(simpler?.fit) }, 'all logs'),
    Promise.all(
      rollouts.map((out, i) =>
        without((each) => each === out, `all but ${out.log.name}`, simpler?.logOut.fits[i]),
      ),
    ),
    Promise.all(
      (gains.length < 2 ? [] : gains).map((gain, i) =>
        without(({ log }) => log.gain === gain, `all but gain ${gain}`, simpler?.gainOut?.fits[i]),
      ),
    ),
  ])
  const errorBy = (of: ServoFit, rollout: ServoRollout) => servoErrors([rollout], of.parameters)[0]!
  return {
    model,
    problem,
    fit,
    searches: [fit],
    logOut: {
      fits: logFits,
      errorsRad: rollouts.map((rollout, i) => errorBy(logFits[i]!, rollout)),
    },
    gainOut:
      gains.length < 2
        ? undefined
        : {
            fits: gainFits,
            errorsRad: rollouts.map((rollout) =>
              errorBy(gainFits[gains.indexOf(rollout.log.gain)]!, rollout),
            ),
          },
  }
}

/** A candidate after more searches of all logs, from elsewhere, that may have ended at a better place. */
export async function searchAgain(
  candidate: ServoCandidate,
  numSearches: number,
  search: ServoSearch,
): Promise<ServoCandidate> {
  const { seed, maxEvaluations } = search
  const more = await Promise.all(
    Array.from({ length: numSearches }, async (_, k) => {
      const restart = candidate.searches.length + k
      const found = await search.fit(candidate.problem, { seed, restart, maxEvaluations })
      search.onFitted?.(candidate.model, 'all logs')
      return found
    }),
  )
  const searches = [...candidate.searches, ...more]
  return { ...candidate, searches, fit: searches.reduce((a, b) => (b.cost < a.cost ? b : a)) }
}

/**
 * The simplest of the candidates, given from simple to rich, whose held-out error is within one standard error
 * of the best one's; by gain where there are several, else by log. The standard error is that of the
 * differences between the two, log by log; below five logs it says nothing, and the best one is taken.
 */
export function chooseCandidate(candidates: readonly ServoCandidate[]): ServoCandidate {
  const errors = candidates.map(({ gainOut, logOut }) => (gainOut ?? logOut).errorsRad)
  const means = errors.map(mean)
  const best = means.indexOf(Math.min(...means))
  return candidates[
    errors.findIndex((each) => {
      const differences = each.map((error, i) => error - errors[best]![i]!)
      return mean(differences) <= (each.length < FEWEST_LOGS ? 0 : standardError(differences))
    })
  ]!
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function standardError(values: readonly number[]): number {
  const middle = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1) / values.length)
}
