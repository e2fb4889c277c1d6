import type { TrainConfig } from './train-config.schema.ts'

/** Where the widening of the randomization stands; plain numbers, stored in checkpoints. */
export interface CurriculumState {
  /** Width of randomization, 0 nominal to 1 full. */
  readonly width: number
  /** Share of recent training episodes that succeeded, exponentially averaged. */
  readonly runningSuccess: number
}

/** Weight of the newest rollout in the running success. */
const SUCCESS_RATE = 0.1

export function startCurriculum(config: TrainConfig['curriculum']): CurriculumState {
  return { width: config.initialWidth, runningSuccess: 0 }
}

/** The state after a rollout with this share of successes. */
export function advanceCurriculum(
  state: CurriculumState,
  success: number,
  config: TrainConfig['curriculum'],
): CurriculumState {
  const runningSuccess = state.runningSuccess + SUCCESS_RATE * (success - state.runningSuccess)
  const isWidening = runningSuccess > config.successGate
  const width = isWidening ? Math.min(1, state.width + config.widthPerUpdate) : state.width
  return { width, runningSuccess }
}
