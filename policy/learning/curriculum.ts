import {
  type AutomaticState,
  advanceAutomatic,
  entropyOf,
  meanWidth,
  spreadOf,
  startAutomatic,
} from '../../sim/randomization/automatic.ts'
import type { ResetOptions, VecEnv } from '../../sim/world/vec-env.ts'
import type { TrainConfig } from './train-config.schema.ts'
import type { ParameterBounds } from './train-events.ts'

type CurriculumConfig = TrainConfig['curriculum']

/** How hard training is at present; plain numbers, stored in checkpoints. */
export interface CurriculumState {
  /** Width of randomization, 0 nominal to 1 full; the mean of all ranges where their bounds move by themselves. */
  readonly width: number
  /** Share of recent training episodes that succeeded, exponentially averaged. */
  readonly runningSuccess: number
  /** Bounds of automatic domain randomization, where it is chosen. */
  readonly automatic?: AutomaticState
}

/** What a rollout says about the present difficulty. */
export interface CurriculumResults {
  /** Share of episodes that succeeded. */
  readonly success: number
  /** Each episode, with the bound that its draw was pinned to. */
  readonly episodes: Iterable<{ readonly pinned: number; readonly isSuccess: boolean }>
}

/** Weight of the newest rollout in the running success. */
const SUCCESS_RATE = 0.1

export function startCurriculum(
  config: CurriculumConfig,
  randomized: VecEnv['randomized'],
): CurriculumState {
  const start = { width: config.initialWidth, runningSuccess: 0 }
  if (config.automatic === undefined) return start
  const lowShares = randomized.map(({ lowShare }) => lowShare)
  return { ...start, automatic: startAutomatic(lowShares, config.initialWidth) }
}

/** The state after a rollout. */
export function advanceCurriculum(
  state: CurriculumState,
  results: CurriculumResults,
  config: CurriculumConfig,
): CurriculumState {
  const runningSuccess =
    state.runningSuccess + SUCCESS_RATE * (results.success - state.runningSuccess)
  if (state.automatic !== undefined && config.automatic !== undefined) {
    const automatic = advanceAutomatic(state.automatic, results.episodes, config.automatic)
    return { width: meanWidth(automatic), runningSuccess, automatic }
  }
  const isWidening = runningSuccess > config.successGate
  const width = isWidening ? Math.min(1, state.width + config.widthPerUpdate) : state.width
  return { width, runningSuccess }
}

/** What a rollout is asked for at this difficulty. */
export function difficultyOf(
  { width, automatic }: CurriculumState,
  config: CurriculumConfig,
): Pick<ResetOptions, 'width' | 'ease'> {
  const progress = Math.min(1, width)
  const from = (share: number) => share + (1 - share) * progress
  return {
    width:
      automatic === undefined || config.automatic === undefined
        ? width
        : spreadOf(automatic, config.automatic),
    ease: { gravity: from(config.gravityFrom), goalDistance: from(config.goalDistanceFrom) },
  }
}

/** Where the bounds of each parameter stand; undefined where they do not move by themselves. */
export function boundsOf(
  { automatic }: CurriculumState,
  randomized: VecEnv['randomized'],
): readonly ParameterBounds[] | undefined {
  if (automatic === undefined) return undefined
  return randomized.map(({ name }, k) => ({
    name,
    low: automatic.low[k]!,
    high: automatic.high[k]!,
  }))
}

/** Figures for the metrics beside the width. */
export function curriculumFigures({
  automatic,
}: CurriculumState): Readonly<Record<string, number>> {
  return automatic === undefined ? {} : { randomizationEntropy: entropyOf(automatic) }
}
