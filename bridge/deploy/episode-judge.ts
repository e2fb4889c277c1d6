import type { ObjectMeasurement } from '../../robot/io/observation.ts'
import { isWithin } from '../../sim/tasks/task.ts'
import type { GoalSource } from './sources.ts'

/** Whoever sets up the next episode and this loop count the seconds a little differently [s]. */
const LAST_MOMENTS_S = 0.2
const ROUNDING_S = 1e-6

export interface EpisodeResult {
  readonly episode: number
  readonly goal: readonly [number, number]
  /** As the object sensor saw it at the end [m]. */
  readonly finalDistanceM: number
  readonly isSuccess: boolean
  readonly durationS: number
  /** Policy steps in which a leader acted; 0: it is the policy's own. */
  readonly ledSteps: number
}

/**
 * Judges episodes from the object sensor: one begins with a reset or a new goal and is judged
 * `episodeS` later, or when the next begins in its last moments; one cut short earlier is dropped.
 */
export class EpisodeJudge {
  readonly results: EpisodeResult[] = []
  private readonly episodeS: number
  private readonly thresholdM: number
  private readonly goal = new Float64Array(2)
  private goalVersion = 0
  private beganS = Number.NaN
  private lastDistanceM = Number.NaN
  private ledSteps = 0

  constructor(episodeS: number, thresholdM: number) {
    this.episodeS = episodeS
    this.thresholdM = thresholdM
  }

  /** With one fixed goal, episodes follow each other without anybody announcing them. */
  repeats = false

  /** The next observation begins an episode. */
  restart(): void {
    this.goalVersion = 0
  }

  /** A leader acted in a step of the episode under way. */
  noteLed(): void {
    this.ledSteps++
  }

  /** Looks at the world once per policy step; returns the episode that has just ended, if one has. */
  observe(timeS: number, goal: GoalSource, object: ObjectMeasurement): EpisodeResult | null {
    const lastedS = timeS - this.beganS
    const isNext = goal.version !== this.goalVersion
    // What announces the next episode may have moved the object already: the last look counts.
    if (!isNext) this.look(object)
    const isOver = lastedS >= this.episodeS - (isNext ? LAST_MOMENTS_S : ROUNDING_S)
    const finished = isOver ? this.result(lastedS) : null
    if (isOver) this.beganS = this.repeats ? timeS : Number.NaN
    if (isNext) {
      this.goalVersion = goal.version
      this.goal.set(goal.goal)
      this.beganS = timeS
      this.ledSteps = 0
      this.look(object)
    }
    return finished
  }

  private look(object: ObjectMeasurement): void {
    this.lastDistanceM = Math.hypot(object.xM - this.goal[0]!, object.yM - this.goal[1]!)
  }

  private result(durationS: number): EpisodeResult {
    const result: EpisodeResult = {
      episode: this.results.length,
      goal: [this.goal[0]!, this.goal[1]!],
      finalDistanceM: this.lastDistanceM,
      isSuccess: isWithin(this.lastDistanceM, this.thresholdM),
      durationS,
      ledSteps: this.ledSteps,
    }
    this.ledSteps = 0
    this.results.push(result)
    return result
  }
}
