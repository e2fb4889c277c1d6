import { CodedError } from '../../configs/load/coded-error.ts'
import { isWithin } from '../../sim/tasks/task.ts'
import type { Algorithm } from '../algorithms/algorithm.ts'
import type { ActorParameters } from '../networks/actor-parameters.ts'
import type { Checkpoint } from './checkpoint.ts'
import { advanceCurriculum, curriculumFigures, difficultyOf } from './curriculum.ts'
import type { RolloutBatch, RolloutSource } from './rollout-source.ts'
import type { TrainConfig } from './train-config.schema.ts'
import type { EvaluationEvent, StopReason, TrainEvent } from './train-events.ts'
import {
  type BestResult,
  decodeProgress,
  encodeProgress,
  startProgress,
  type TrainProgress,
} from './train-progress.ts'

/** Everything the loop works with, made and closed by its caller. */
export interface TrainParts {
  readonly config: TrainConfig
  readonly algorithm: Algorithm
  readonly source: RolloutSource
  /** Monotonic time [s]. */
  readonly nowS: () => number
  /** Lets signals and messages through. */
  readonly pause: () => Promise<void>
  readonly onEvent: (event: TrainEvent) => void
  /** Stores a checkpoint for good, also as the best when it is, and says where. */
  readonly saveCheckpoint: (checkpoint: Checkpoint, progress: TrainProgress) => string
  /** A policy better than all before; called before the checkpoint is saved. */
  readonly onBest: (actor: ActorParameters, result: BestResult) => void
}

export interface TrainLimits {
  readonly minutes: number
  /** Ends when an evaluation succeeds at least this often. */
  readonly untilSuccess?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly resume?: Checkpoint | undefined
}

export interface TrainOutcome {
  readonly updates: number
  readonly steps: number
  readonly wallS: number
  /** Of this session. */
  readonly stepsPerS: number
  /** Share of the last evaluation's episodes; null before the first. */
  readonly success: number | null
  readonly best: BestResult | null
  readonly stoppedBy: StopReason
}

/**
 * The training loop. Collecting and learning take turns, each on all cores, so that every update learns
 * from the policy it improves: simulating during the update gained no time on two cores, and data one
 * update old doubled the samples needed.
 */
export async function train(parts: TrainParts, limits: TrainLimits): Promise<TrainOutcome> {
  const session = new Session(parts, limits)
  // From here on the run can be resumed, whenever it is cut off.
  if (!limits.resume) session.save()
  let stoppedBy = session.stopReason()
  while (!stoppedBy) {
    await session.iterate()
    const { iteration } = session.progress
    const { evaluation, checkpointEveryUpdates } = parts.config
    const isDue = iteration % evaluation.everyUpdates === 0
    if (isDue) await session.evaluate()
    stoppedBy = session.stopReason()
    if (stoppedBy === 'minutes' && !isDue) await session.evaluate()
    if (isDue || stoppedBy || iteration % checkpointEveryUpdates === 0) session.checkpoint()
  }
  return session.outcome(stoppedBy)
}

/** One run of the loop: the progress so far and the clock of this session. */
class Session {
  progress: TrainProgress
  readonly #parts: TrainParts
  readonly #limits: TrainLimits
  readonly #startS: number
  readonly #earlier: { readonly wallS: number; readonly steps: number }
  #lastEvaluation: EvaluationEvent | undefined

  constructor(parts: TrainParts, limits: TrainLimits) {
    this.#parts = parts
    this.#limits = limits
    this.#startS = parts.nowS()
    if (limits.resume) {
      parts.algorithm.restore(limits.resume.arrays)
      this.progress = decodeProgress(limits.resume)
    } else {
      this.progress = startProgress(parts.config, parts.source.shape.randomized)
    }
    this.#earlier = { wallS: this.progress.wallS, steps: this.progress.steps }
  }

  /** Collects with the present policy, then learns. */
  async iterate(): Promise<void> {
    const { config, algorithm, source, nowS, pause, onEvent } = this.#parts
    const beforeS = nowS()
    const before = this.progress
    const iteration = before.iteration + 1
    const batch = await source.collect({
      policy: algorithm.policy(),
      seed: config.seed,
      iteration,
      episode: before.iteration * config.numEnvs,
      ...difficultyOf(before.curriculum, config.curriculum),
    })
    const collectedS = nowS()
    const figuresOfRollout = summarise(batch, config.successThresholdM)
    const { success } = figuresOfRollout
    const curriculum = advanceCurriculum(
      before.curriculum,
      { success, episodes: episodesOf(batch, config.successThresholdM) },
      config.curriculum,
    )
    const waitedS = algorithm.gradientWaitS
    const figures = await algorithm.update(batch.rollouts, { iteration, pause })
    if (!Object.values(figures).every(Number.isFinite)) throw divergedError(iteration)
    const steps = before.steps + figuresOfRollout.steps
    const wallS = this.#wallS()
    this.progress = { ...before, iteration, steps, wallS, curriculum }
    const { simulateS, inferS, numNonFinite } = batch
    onEvent({
      kind: 'update',
      iteration,
      steps,
      wallS,
      stepsPerS: this.#stepsPerS(),
      success,
      runningSuccess: curriculum.runningSuccess,
      meanDistanceM: figuresOfRollout.meanDistanceM,
      meanReturn: figuresOfRollout.meanReturn,
      width: before.curriculum.width,
      numNonFinite,
      figures: { ...figures, ...curriculumFigures(before.curriculum) },
      times: {
        simulateS,
        inferS,
        collectS: collectedS - beforeS,
        learnS: nowS() - collectedS,
        gradientWaitS: algorithm.gradientWaitS - waitedS,
      },
    })
  }

  /** Plays held-out episodes with the mean action; keeps the policy when it is the best so far. */
  async evaluate(): Promise<void> {
    const { config, algorithm, source, onEvent, onBest } = this.#parts
    const { seed, width, episodes } = config.evaluation
    const policy = algorithm.averagedPolicy()
    const { finalDistanceM } = await source.evaluate({ policy, seed, width, episodes })
    const { iteration, steps, best } = this.progress
    const success = shareWithin(finalDistanceM, config.successThresholdM)
    const meanDistanceM = meanOfFinite(finalDistanceM)
    const isBest =
      !best ||
      success > best.success ||
      (success === best.success && meanDistanceM < best.meanDistanceM)
    const result = { iteration, success, meanDistanceM, episodes: finalDistanceM.length }
    const wallS = this.#wallS()
    this.progress = { ...this.progress, wallS, best: isBest ? result : best }
    if (isBest) onBest(policy.actor, result)
    this.#lastEvaluation = { kind: 'evaluation', ...result, steps, wallS, isBest }
    onEvent(this.#lastEvaluation)
  }

  checkpoint(): void {
    const path = this.save()
    this.#parts.onEvent({ kind: 'checkpoint', iteration: this.progress.iteration, path })
  }

  save(): string {
    const { algorithm, saveCheckpoint } = this.#parts
    return saveCheckpoint(encodeProgress(this.progress, algorithm.save()), this.progress)
  }

  stopReason(): StopReason | undefined {
    const { signal, untilSuccess, minutes } = this.#limits
    if (signal?.aborted) return 'interrupted'
    const success = this.#lastEvaluation?.success ?? Number.NaN
    if (untilSuccess !== undefined && success >= untilSuccess) return 'until'
    return this.#wallS() >= minutes * 60 ? 'minutes' : undefined
  }

  outcome(stoppedBy: StopReason): TrainOutcome {
    const { iteration, steps, best } = this.progress
    const success = this.#lastEvaluation?.success ?? best?.success ?? null
    return {
      updates: iteration,
      steps,
      wallS: this.#wallS(),
      stepsPerS: this.#stepsPerS(),
      success,
      best,
      stoppedBy,
    }
  }

  #wallS(): number {
    return this.#earlier.wallS + this.#parts.nowS() - this.#startS
  }

  #stepsPerS(): number {
    const sessionS = this.#parts.nowS() - this.#startS
    return sessionS > 0 ? (this.progress.steps - this.#earlier.steps) / sessionS : 0
  }
}

function divergedError(iteration: number): CodedError {
  return new CodedError(
    'POLICY_TRAINING_FAILED',
    `update ${iteration} gave weights that are not finite`,
    {
      hint: 'resume from the last checkpoint with a smaller learningRate.max',
    },
  )
}

interface RolloutSummary {
  readonly steps: number
  readonly success: number
  readonly meanDistanceM: number
  readonly meanReturn: number
}

function summarise({ rollouts }: RolloutBatch, thresholdM: number): RolloutSummary {
  const distances = rollouts.map((rollout) => rollout.finalDistanceM)
  const weigh = (figure: (array: Float32Array) => number) => mean(distances.map(figure))
  const rewards = rollouts.reduce((sum, { reward }) => sum + reward.reduce((a, b) => a + b, 0), 0)
  const arms = rollouts.reduce((sum, { shape }) => sum + shape.numEnvs, 0)
  return {
    steps: rollouts.reduce((sum, { reward }) => sum + reward.length, 0),
    success: weigh((array) => shareWithin(array, thresholdM)),
    meanDistanceM: weigh(meanOfFinite),
    meanReturn: rewards / arms,
  }
}

/** How the first goal of each episode went, with the bound its draw was pinned to. */
function* episodesOf({ rollouts }: RolloutBatch, thresholdM: number) {
  for (const { pinned, finalDistanceM } of rollouts) {
    for (let k = 0; k < pinned.length; k++) {
      yield { pinned: pinned[k]!, isSuccess: isWithin(finalDistanceM[k]!, thresholdM) }
    }
  }
}

function shareWithin(distances: Float32Array, thresholdM: number): number {
  return distances.filter((distance) => isWithin(distance, thresholdM)).length / distances.length
}

/** Distances are infinite where success was out of the question. */
function meanOfFinite(distances: Float32Array): number {
  return mean(distances.filter(Number.isFinite))
}

function mean(values: Float32Array | readonly number[]): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
