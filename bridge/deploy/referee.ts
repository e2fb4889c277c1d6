import type { EpisodeOutcome } from '../../policy/evaluate/episode-runner.ts'
import type { EventClock } from '../../robot/model/clock.ts'
import { RandomStream } from '../../robot/model/random.ts'
import type { TaskConfig } from '../../sim/tasks/task.schema.ts'
import { countedDistanceM } from '../../sim/tasks/task.ts'
import type { MujocoPlant } from '../../sim/world/mujoco-plant.ts'
import { awaitRest } from './await-rest.ts'
import { EPISODE_STREAM, type Staging } from './staging.ts'

const SAMPLES_PER_WINDOW = 10
/** Longer than any arm takes to its start [s]. */
const PATIENCE_S = 20

/** What the referee saw, from the truth of the emulated world. */
export interface RefereeVerdict {
  readonly episode: number
  readonly finalDistanceM: number
  /** Whether all else that success takes is so, as that the object is let go. */
  readonly isMet: boolean
  /** Mean speed of the object over the settling window [m/s]. */
  readonly objectSpeedMPerS: number
}

/** An episode that was played to its end. */
export function outcomeOf({
  finalDistanceM,
  isMet,
  objectSpeedMPerS,
}: RefereeVerdict): EpisodeOutcome {
  return {
    distanceM: countedDistanceM({ distanceM: finalDistanceM, isMet }),
    settledSpeedMPerS: objectSpeedMPerS,
    interventions: {},
    fault: null,
  }
}

export interface RefereeOptions {
  readonly plant: MujocoPlant
  readonly staging: Staging
  readonly task: TaskConfig
  readonly clock: EventClock
  readonly seed: number
  /** Of every episode, x, y and, where the task has one, z [m]; drawn for each when left out. */
  readonly goal?: readonly number[]
  /** Brings the mechanics up to now. */
  readonly advance: () => void
  /** Tells the controller: first the goal, then that an episode begins. */
  readonly announce: (goal: Float64Array) => void
}

/**
 * Sets up episodes in an emulated world as a person would: puts the objects somewhere the arm is not, names
 * a goal, waits, measures. Starts and goals depend on seed and episode number only.
 */
export class Referee {
  private readonly options: RefereeOptions

  constructor(options: RefereeOptions) {
    this.options = options
  }

  /** One whole episode; resolves when it is over. */
  async episode(number: number, signal?: AbortSignal): Promise<RefereeVerdict> {
    const { advance, announce, clock, plant, seed, staging, task } = this.options
    // An arm that goes back by itself brings what it holds; empty then, its hand closes.
    await this.settle(signal)
    advance()
    const stream = new RandomStream(seed, number, EPISODE_STREAM)
    const { goal, objects } = staging.draw(stream, plant, this.options.goal)
    plant.putObjects(objects)
    await this.settle(signal)
    announce(goal)
    const endS = clock.now() + staging.onArm.episodeS
    const windowS = task.success.settledWindowS
    const judge = () => staging.judge(plant.state, plant.physics, goal)
    let path = 0
    const before = new Float64Array(3)
    for (let i = 0; i <= SAMPLES_PER_WINDOW; i++) {
      await clock.sleepUntil(endS - windowS * (1 - i / SAMPLES_PER_WINDOW), signal)
      advance()
      const { point } = judge()
      if (i > 0) path += Math.hypot(...point.map((place, axis) => place - before[axis]!))
      before.set(point)
    }
    const { distanceM, isMet } = judge()
    return {
      episode: number,
      finalDistanceM: distanceM,
      isMet,
      objectSpeedMPerS: path / windowS,
    }
  }

  private async settle(signal: AbortSignal | undefined): Promise<void> {
    const { clock, plant, staging } = this.options
    if (!staging.hasStart) return
    const { velocityRadPerS } = plant
    await awaitRest({ isHeld: true, velocityRadPerS }, clock, signal, PATIENCE_S)
  }
}
