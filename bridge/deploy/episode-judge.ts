import type { ObjectMeasurement } from '../../robot/io/observation.ts'
import type { GoalSource } from './sources.ts'

export interface EpisodeResult {
  readonly episode: number
  readonly goal: readonly [number, number]
  /** As the object sensor saw it at the end [m]. */
  readonly finalDistanceM: number
  readonly isSuccess: boolean
  readonly durationS: number
}

/**
 * Judges episodes from the object sensor: one begins with a reset or a new goal and is judged
 * `episodeS` later, or when the next begins.
 */
export class EpisodeJudge {
  readonly results: EpisodeResult[] = []
  private readonly episodeS: number
  private readonly thresholdM: number
  private readonly goal = new Float64Array(2)
  private goalVersion = 0
  private beganS = Number.NaN
  private lastDistanceM = Number.NaN

  constructor(episodeS: number, thresholdM: number) {
    this.episodeS = episodeS
    this.thresholdM = thresholdM
  }

  /** With one fixed goal, episodes follow each other without anybody announcing them. */
  repeats = false

  /** The next observation begins an episode; a running one is dropped. */
  restart(): void {
    this.beganS = Number.NaN
    this.goalVersion = 0
  }

  /** Looks at the world once per policy step; returns the episode that has just ended, if one has. */
  observe(timeS: number, goal: GoalSource, object: ObjectMeasurement): EpisodeResult | null {
    const isNewGoal = goal.version !== this.goalVersion
    let finished: EpisodeResult | null = null
    if (isNewGoal) {
      this.goalVersion = goal.version
      this.goal.set(goal.goal)
      this.beganS = timeS
    }
    this.lastDistanceM = Math.hypot(object.xM - this.goal[0]!, object.yM - this.goal[1]!)
    if (timeS - this.beganS >= this.episodeS - 1e-6) {
      finished = this.result(timeS)
      this.beganS = this.repeats ? timeS : Number.NaN
    }
    return finished
  }

  private result(timeS: number): EpisodeResult {
    const result: EpisodeResult = {
      episode: this.results.length,
      goal: [this.goal[0]!, this.goal[1]!],
      finalDistanceM: this.lastDistanceM,
      isSuccess: this.lastDistanceM < this.thresholdM,
      durationS: timeS - this.beganS,
    }
    this.results.push(result)
    return result
  }
}
