import type { EpisodeOutcome } from '../../policy/evaluate/episode-runner.ts'
import type { EvaluationMoment } from '../../policy/evaluate/evaluate-vec-env.ts'
import { type EvaluationResult, summariseEpisodes } from '../../policy/evaluate/evaluation.ts'
import { pairedDifference } from '../../policy/evaluate/paired-difference.ts'
import { type Sensitivity, sensitivities } from '../../policy/evaluate/sensitivity.ts'
import { isWithin } from '../../sim/tasks/task.ts'
import type { TaskEnv } from '../../sim/world/task-env.ts'
import { DrawnQuantities } from '../deploy/drawn-quantities.ts'
import {
  playInSimulation,
  type SimulationEvaluation,
  watchBoth,
} from '../deploy/evaluate-simulation.ts'
import { FailureWatch, type KnownFailure } from '../deploy/failure-watch.ts'
import type { TaskActor } from '../deploy/task-actor.ts'
import { TermMeans } from '../deploy/term-means.ts'
import type { CommandContext } from './command.ts'
import type { Engine, PairedResult } from './evaluation-report.ts'

/** What is found out by held-out draws in one engine or two. */
export interface SimulationResult extends EvaluationResult {
  readonly paired?: PairedResult
  readonly sensitivity?: readonly Sensitivity[]
  /** At the task's main threshold, the most frequent first. */
  readonly failures: readonly KnownFailure[]
  /** Mean of each reward term per step, unweighted. */
  readonly terms: Readonly<Record<string, number>>
}

/** Held-out draws in simulation, as the options of `eval` say. */
export async function examineInSimulation(
  actor: TaskActor,
  world: Engine,
  context: CommandContext,
  wanted: Pick<SimulationEvaluation, 'episodes' | 'seed' | 'onProgress' | 'signal'> & {
    readonly thresholdsM: readonly number[]
  },
): Promise<SimulationResult> {
  const { options } = context
  const evaluation: SimulationEvaluation = {
    ...wanted,
    world,
    randomization: options['randomization'] as string,
    hasPerfectSensing: options['perfectSensing'] === true,
    substeps: options['substeps'] as number | undefined,
  }
  const { mainThresholdM, settledSpeedMPerS } = actor.task.success
  const areSuccesses = (outcomes: readonly EpisodeOutcome[]) =>
    outcomes.map(({ distanceM }) => isWithin(distanceM, mainThresholdM))
  const summary = { thresholdsM: wanted.thresholdsM, settledSpeedMPerS }
  const failed = new FailureWatch(actor, evaluation, options['failures'] !== undefined)
  const terms = new TermMeans(evaluation)
  const watched = { ...evaluation, watch: watchBoth(failed.watch, terms.watch) }
  const seen = () => ({ failures: failed.failures(), terms: terms.means() })
  if (options['sensitivity'] === true) {
    const { outcomes, quantities } = await playAndKeepDraws(actor, watched)
    const sensitivity = sensitivities(quantities, areSuccesses(outcomes))
    return { ...summariseEpisodes(outcomes, summary), sensitivity, ...seen() }
  }
  const outcomes =
    options['view'] === undefined
      ? await playInSimulation(actor, watched)
      : await (await import('./show-evaluation.ts')).showEvaluation(actor, context, watched)
  const result = { ...summariseEpisodes(outcomes, summary), ...seen() }
  const against = options['against'] as Engine | undefined
  if (against === undefined) return result
  const others = await playInSimulation(actor, { ...evaluation, world: against })
  const difference = pairedDifference(areSuccesses(others), areSuccesses(outcomes))
  return { ...result, paired: { against, thresholdM: mainThresholdM, ...difference } }
}

/** Episodes, and what was drawn for each. */
async function playAndKeepDraws(actor: TaskActor, evaluation: SimulationEvaluation) {
  const kept: DrawnQuantities[] = []
  const watch = async (env: TaskEnv) => {
    const drawn = new DrawnQuantities(env, actor)
    kept.push(drawn)
    return async ({ step }: EvaluationMoment) => {
      if (step === 0) drawn.keep()
    }
  }
  const both = watchBoth(watch, evaluation.watch)
  const outcomes = await playInSimulation(actor, { ...evaluation, watch: both })
  return { outcomes, quantities: kept.flatMap((drawn) => drawn.quantities(outcomes.length)) }
}
