import type { ObjectMeasurement } from '../../robot/io/observation.ts'
import { isSuccess, type TaskOutcome } from '../../sim/tasks/task.ts'
import type { GoalSource } from './sources.ts'

/** Whoever sets up the next episode and this loop count the seconds a little differently [s]. */
const LAST_MOMENTS_S = 0.2
const ROUNDING_S = 1e-6

export interface EpisodeResult {
  readonly episode: number
  /** x, y and, where the task has one, z [m]. */
  readonly goal: readonly number[]
  /** As the object sensor saw it at the end [m]. */
  readonly finalDistanceM: number
  /** Whether all else that success takes was so, as that the object was let go. */
  readonly isMet: boolean
  readonly isSuccess: boolean
  readonly durationS: number
  /** Policy steps in which a leader acted; 0: it is the policy's own. */
  readonly ledSteps: number
}

/** How things stand by what is measured, for a goal. */
export type Judgement = (
  objects: readonly ObjectMeasurement[],
  goal: Float64Array,
) => Pick<TaskOutcome, 'distanceM' | 'isMet'>

/** The first object belongs at the goal, seen from above. */
const inThePlane: Judgement = ([object], goal) => ({
  distanceM: Math.hypot(object!.xM - goal[0]!, object!.yM - goal[1]!),
  isMet: true,
})

/**
 * Judges episodes from the object sensor: one begins with a reset or a new goal and is judged
 * `episodeS` later, or when the next begins in its last moments; one cut short earlier is dropped.
 */
export class EpisodeJudge {
  readonly results: EpisodeResult[] = []
  private readonly episodeS: number
  private readonly thresholdM: number
  private readonly judge: Judgement
  private goal = new Float64Array(2)
  /** Of the goal of the episode under way, or of the last. */
  goalVersion = 0
  private beganS = Number.NaN
  private last = { distanceM: Number.NaN, isMet: true }
  private ledSteps = 0

  constructor(episodeS: number, thresholdM: number, judge = inThePlane) {
    this.episodeS = episodeS
    this.thresholdM = thresholdM
    this.judge = judge
  }

  /** With one fixed goal, episodes follow each other without anybody announcing them. */
  repeats = false

  /** Whether the last observation left an episode that is not over. */
  get isUnderWay(): boolean {
    return !Number.isNaN(this.beganS)
  }

  /** The next observation begins an episode. */
  restart(): void {
    this.goalVersion = 0
  }

  /** The episode under way will not be judged. */
  drop(): void {
    this.beganS = Number.NaN
  }

  /** A leader acted in a step of the episode under way. */
  noteLed(): void {
    this.ledSteps++
  }

  /** Looks at the world once per policy step; returns the episode that has just ended, if one has. */
  observe(
    timeS: number,
    goal: GoalSource,
    objects: readonly ObjectMeasurement[],
  ): EpisodeResult | null {
    const lastedS = timeS - this.beganS
    const isNext = goal.version !== this.goalVersion
    // What announces the next episode may have moved the object already: the last look counts.
    if (!isNext) this.look(objects)
    const isOver = lastedS >= this.episodeS - (isNext ? LAST_MOMENTS_S : ROUNDING_S)
    const finished = isOver ? this.result(lastedS) : null
    if (isOver) this.beganS = this.repeats ? timeS : Number.NaN
    if (isNext) {
      this.goalVersion = goal.version
      this.goal = goal.goal.slice()
      this.beganS = timeS
      this.ledSteps = 0
      this.look(objects)
    }
    return finished
  }

  private look(objects: readonly ObjectMeasurement[]): void {
    const { distanceM, isMet } = this.judge(objects, this.goal)
    this.last = { distanceM, isMet }
  }

  private result(durationS: number): EpisodeResult {
    const result: EpisodeResult = {
      episode: this.results.length,
      goal: Array.from(this.goal),
      finalDistanceM: this.last.distanceM,
      isMet: this.last.isMet,
      isSuccess: isSuccess(this.last, this.thresholdM),
      durationS,
      ledSteps: this.ledSteps,
    }
    this.ledSteps = 0
    this.results.push(result)
    return result
  }
}
