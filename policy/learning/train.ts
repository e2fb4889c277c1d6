import { CodedError } from '../../configs/load/coded-error.ts'
import type { Algorithm } from '../algorithms/algorithm.ts'
import type { ActorParameters } from '../networks/actor-parameters.ts'
import type { Checkpoint } from './checkpoint.ts'
import { advanceCurriculum, boundsOf, curriculumFigures, difficultyOf } from './curriculum.ts'
import { afterPlaying, episodesToPlay } from './failed-draws.ts'
import { LearnabilityWatch } from './learnability.ts'
import { type GuardedUpdate, MOST_POISONED, PoisonGuard } from './poison-guard.ts'
import type { RolloutSource } from './rollout-source.ts'
import { episodesOf, meanOfFinite, shareWithin, summarise } from './rollout-summary.ts'
import type { TrainConfig } from './train-config.schema.ts'
import type { StopReason, TrainEvent, UpdateTimes } from './train-events.ts'
import {
  type BestResult,
  decodeProgress,
  encodeProgress,
  isBetter,
  type LearningPoint,
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
  /** Stores what went into a poisoned update, for whoever looks into it, and says where. */
  readonly saveDump: (dump: Checkpoint, iteration: number) => string
  /** A policy better than all before; called before the checkpoint is saved. */
  readonly onBest: (actor: ActorParameters, result: BestResult) => void
}

/** Where a run ends before its time is over: an evaluation that succeeds at least this often, or so many steps. */
export type TrainGoal = { readonly success: number } | { readonly steps: number }

export interface TrainLimits {
  readonly minutes: number
  readonly until?: TrainGoal | undefined
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
  /** Of the whole run, sessions before this one included. */
  readonly curve: readonly LearningPoint[]
  readonly stoppedBy: StopReason
  /** Where the wall time of this session went, starting up aside. */
  readonly times: SessionTimes
}

export interface SessionTimes extends UpdateTimes {
  readonly evaluateS: number
  readonly checkpointS: number
}

/**
 * The training loop. Collecting and learning take turns, each on all cores, so that every update learns
 * from the policy it improves: simulating during the update gained no time on two cores, and data one
 * update old doubled the samples needed.
 */
export async function train(parts: TrainParts, limits: TrainLimits): Promise<TrainOutcome> {
  const session = new Session(parts, limits)
  // From here on the run can be resumed, whenever it is cut off.
  if (!limits.resume) await session.save()
  let stoppedBy = session.stopReason()
  while (!stoppedBy) {
    await session.iterate()
    const { iteration } = session.progress
    const { evaluation, checkpointEveryUpdates } = parts.config
    const isDue = iteration % evaluation.everyUpdates === 0
    if (isDue) await session.evaluate()
    stoppedBy = session.stopReason()
    if (stoppedBy && stoppedBy !== 'interrupted' && !isDue) await session.evaluate()
    if (isDue || stoppedBy || iteration % checkpointEveryUpdates === 0) await session.checkpoint()
  }
  return session.outcome(stoppedBy)
}

/** One run of the loop: the progress so far and the clock of this session. */
class Session {
  progress: TrainProgress
  readonly #parts: TrainParts
  readonly #limits: TrainLimits
  readonly #startS: number
  readonly #guard: PoisonGuard
  readonly #watch = new LearnabilityWatch()
  readonly #times = {
    ...{ collectS: 0, simulateS: 0, inferS: 0, learnS: 0, gradientWaitS: 0 },
    ...{ evaluateS: 0, checkpointS: 0 },
  }
  readonly #earlier: { readonly wallS: number; readonly steps: number }

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
    this.#guard = new PoisonGuard(parts.algorithm)
    this.#earlier = { wallS: this.progress.wallS, steps: this.progress.steps }
  }

  /** Collects with the present policy, then learns. */
  async iterate(): Promise<void> {
    const { config, algorithm, source, nowS, pause, onEvent } = this.#parts
    const beforeS = nowS()
    const before = this.progress
    const iteration = before.iteration + 1
    const fresh = before.iteration * config.numEnvs
    const episodes = episodesToPlay(before.failedDraws, fresh, config)
    const batch = await source.collect({
      policy: await algorithm.policy(),
      seed: config.seed,
      iteration,
      episode: fresh,
      episodes,
      ...algorithm.collection(iteration),
      ...difficultyOf(before.curriculum, config.curriculum),
    })
    const collectedS = nowS()
    const isFresh = (arm: number) => episodes[arm]! >= fresh
    const figuresOfRollout = summarise(batch, config.successThresholdM, isFresh)
    const { success } = figuresOfRollout
    const played = [...episodesOf(batch, config.successThresholdM)]
    const curriculum = advanceCurriculum(
      before.curriculum,
      { success, episodes: played.filter((_, arm) => isFresh(arm)) },
      config.curriculum,
    )
    const waitedS = algorithm.gradientWaitS
    const outcome = await this.#guard.update(batch.rollouts, { iteration, pause })
    const steps = before.steps + figuresOfRollout.steps
    const wallS = this.#wallS()
    const failedDraws = afterPlaying(before.failedDraws, { episodes, played }, config.curriculum)
    this.progress = { ...before, iteration, steps, wallS, curriculum, failedDraws }
    const { simulateS, inferS, numNonFinite } = batch
    const times: UpdateTimes = {
      simulateS,
      inferS,
      collectS: collectedS - beforeS,
      learnS: nowS() - collectedS,
      gradientWaitS: algorithm.gradientWaitS - waitedS,
    }
    this.#count(times)
    if (outcome.kind === 'poisoned') return await this.#skip(outcome)
    const { figures } = outcome
    const bounds = boundsOf(before.curriculum, source.shape.randomized)
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
      figures: {
        ...figures,
        ...curriculumFigures(before.curriculum),
        ...(config.curriculum.failedDraws && { failedDraws: failedDraws.length }),
      },
      ...(bounds && { bounds }),
      times,
    })
    for (const problem of this.#watch.look(figuresOfRollout, figures)) {
      onEvent({ kind: 'warning', iteration, ...problem })
    }
  }

  /** The weights are those before the update; the run goes on from them, but not for ever. */
  async #skip({ reason, dump, count }: Extract<GuardedUpdate, { kind: 'poisoned' }>) {
    const { onEvent, saveDump } = this.#parts
    const { iteration } = this.progress
    const path = saveDump(dump, iteration)
    onEvent({ kind: 'skipped', iteration, reason, path })
    if (count < MOST_POISONED) return
    await this.checkpoint()
    throw new CodedError(
      'POLICY_TRAINING_FAILED',
      `update ${iteration} is the third that would have poisoned the weights; ${reason}`,
      {
        hint: `${path} holds what went in: look at rewards and observations, or lower learningRate.max; --resume goes on behind it`,
      },
    )
  }

  /** Plays held-out episodes with the mean action; keeps the policy when it is the best so far. */
  async evaluate(): Promise<void> {
    const { config, algorithm, source, onEvent, onBest } = this.#parts
    const { seed, width, episodes } = config.evaluation
    const policy = await algorithm.averagedPolicy()
    const beforeS = this.#parts.nowS()
    const { finalDistanceM } = await source.evaluate({ policy, seed, width, episodes })
    this.#count({ evaluateS: this.#parts.nowS() - beforeS })
    const { iteration, steps, best, curve } = this.progress
    const success = shareWithin(finalDistanceM, config.successThresholdM)
    const mean = meanOfFinite(finalDistanceM)
    const meanDistanceM = Number.isFinite(mean) ? mean : null
    const result = { iteration, success, meanDistanceM, episodes: finalDistanceM.length }
    const isBest = best === null || isBetter(result, best)
    const wallS = this.#wallS()
    this.progress = {
      ...this.progress,
      wallS,
      best: isBest ? result : best,
      curve: [...curve, { steps, wallS, success }],
    }
    if (isBest) onBest(policy.actor, result)
    onEvent({ kind: 'evaluation', ...result, steps, wallS, isBest })
  }

  async checkpoint(): Promise<void> {
    const path = await this.save()
    this.#parts.onEvent({ kind: 'checkpoint', iteration: this.progress.iteration, path })
  }

  async save(): Promise<string> {
    const { algorithm, saveCheckpoint, nowS } = this.#parts
    const beforeS = nowS()
    const path = saveCheckpoint(
      encodeProgress(this.progress, await algorithm.save()),
      this.progress,
    )
    this.#count({ checkpointS: nowS() - beforeS })
    return path
  }

  stopReason(): StopReason | undefined {
    const { signal, minutes } = this.#limits
    if (signal?.aborted) return 'interrupted'
    if (this.#hasReachedGoal()) return 'until'
    const isOver = this.progress.iteration > 0 && this.#wallS() >= minutes * 60
    return isOver ? 'minutes' : undefined
  }

  #hasReachedGoal(): boolean {
    const { until } = this.#limits
    if (until === undefined) return false
    if ('steps' in until) return this.progress.steps >= until.steps
    const last = this.progress.curve.at(-1)
    return last !== undefined && last.success >= until.success
  }

  outcome(stoppedBy: StopReason): TrainOutcome {
    const { iteration, steps, best, curve } = this.progress
    const success = curve.at(-1)?.success ?? null
    return {
      updates: iteration,
      steps,
      wallS: this.#wallS(),
      stepsPerS: this.#stepsPerS(),
      success,
      best,
      curve,
      stoppedBy,
      times: { ...this.#times },
    }
  }

  #count(times: Partial<SessionTimes>): void {
    for (const [name, seconds] of Object.entries(times)) {
      this.#times[name as keyof SessionTimes] += seconds
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
