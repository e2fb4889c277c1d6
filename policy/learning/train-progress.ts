import { CodedError } from '../../configs/load/coded-error.ts'
import type { VecEnv } from '../../sim/world/vec-env.ts'
import type { Checkpoint, NamedArrays } from './checkpoint.ts'
import { type CurriculumState, startCurriculum } from './curriculum.ts'
import type { FailedDraw } from './failed-draws.ts'
import type { TrainConfig } from './train-config.schema.ts'

export interface BestResult {
  readonly iteration: number
  readonly success: number
  /** Null where success was out of the question in every episode: no number that JSON could not hold. */
  readonly meanDistanceM: number | null
  readonly episodes: number
}

/** What an evaluation told of the policy of its time. */
export interface LearningPoint {
  /** Environment steps learnt from. */
  readonly steps: number
  readonly wallS: number
  /** Share of held-out episodes. */
  readonly success: number
}

/** Whether more episodes succeeded, or as many and nearer the goal; a distance that is known is nearer than one that is not. */
export function isBetter(result: BestResult, than: BestResult): boolean {
  if (result.success !== than.success) return result.success > than.success
  const distanceM = ({ meanDistanceM }: BestResult) => meanDistanceM ?? Number.POSITIVE_INFINITY
  return distanceM(result) < distanceM(than)
}

/** How far a run has come. */
export interface TrainProgress {
  /** Updates done. */
  readonly iteration: number
  /** Environment steps learnt from. */
  readonly steps: number
  readonly wallS: number
  readonly curriculum: CurriculumState
  readonly best: BestResult | null
  /** Of all evaluations, the first one first. */
  readonly curve: readonly LearningPoint[]
  /** Draws that wait to be drawn again; none unless that is chosen. */
  readonly failedDraws: readonly FailedDraw[]
}

export function startProgress(
  config: TrainConfig,
  randomized: VecEnv['randomized'],
): TrainProgress {
  const curriculum = startCurriculum(config.curriculum, randomized)
  return { iteration: 0, steps: 0, wallS: 0, curriculum, best: null, curve: [], failedDraws: [] }
}

/** A checkpoint of the progress and of the algorithm's arrays. */
export function encodeProgress(progress: TrainProgress, arrays: NamedArrays): Checkpoint {
  return { progress: { ...progress }, arrays }
}

export function decodeProgress({ progress }: Checkpoint): TrainProgress {
  const stored = progress as unknown as TrainProgress
  if (!Number.isInteger(stored.iteration) || !stored.curriculum) {
    throw new CodedError('POLICY_CHECKPOINT_INVALID', 'checkpoint holds no training progress')
  }
  // Runs of before there were any have none.
  return { ...stored, curve: stored.curve ?? [], failedDraws: stored.failedDraws ?? [] }
}
