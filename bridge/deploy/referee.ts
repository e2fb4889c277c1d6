import type { EventClock } from '../../robot/model/clock.ts'
import { RandomStream } from '../../robot/model/random.ts'
import type { PushOnArm } from '../../sim/tasks/push.ts'
import type { ReachableArea } from '../../sim/tasks/reachable-area.ts'
import type { TaskConfig } from '../../sim/tasks/task.schema.ts'
import type { MujocoPlant } from '../../sim/world/mujoco-plant.ts'
import { drawPush, PUSH_DRAW_STREAM } from './draw-push.ts'

const SAMPLES_PER_WINDOW = 10

/** What the referee saw, from the truth of the emulated world. */
export interface RefereeVerdict {
  readonly episode: number
  readonly finalDistanceM: number
  /** Mean speed of the object over the settling window [m/s]. */
  readonly objectSpeedMPerS: number
}

export interface RefereeOptions {
  readonly plant: MujocoPlant
  readonly area: ReachableArea
  readonly task: TaskConfig
  readonly onArm: PushOnArm
  readonly clock: EventClock
  readonly seed: number
  /** Of every episode, x, y [m]; drawn for each when left out. */
  readonly goal?: readonly [number, number]
  /** Brings the mechanics up to now. */
  readonly advance: () => void
  /** Tells the controller: first the goal, then that an episode begins. */
  readonly announce: (goal: Float64Array) => void
}

/**
 * Sets up episodes in an emulated world as a person would: puts the object somewhere the arm is not, names
 * a goal, waits, measures. Starts and goals depend on seed and episode number only.
 */
export class Referee {
  private readonly options: RefereeOptions
  private readonly goal = new Float64Array(2)

  constructor(options: RefereeOptions) {
    this.options = options
  }

  /** One whole episode; resolves when it is over. */
  async episode(number: number, signal?: AbortSignal): Promise<RefereeVerdict> {
    const { advance, announce, clock, onArm, task } = this.options
    advance()
    this.setUp(new RandomStream(this.options.seed, number, PUSH_DRAW_STREAM))
    announce(this.goal)
    const endS = clock.now() + onArm.episodeS
    const windowS = task.success.settledWindowS
    let path = 0
    const before = new Float64Array(2)
    for (let i = 0; i <= SAMPLES_PER_WINDOW; i++) {
      await clock.sleepUntil(endS - windowS * (1 - i / SAMPLES_PER_WINDOW), signal)
      advance()
      const p = this.options.plant.objectPose().position
      if (i > 0) path += Math.hypot(p[0]! - before[0]!, p[1]! - before[1]!)
      before.set([p[0]!, p[1]!])
    }
    return {
      episode: number,
      finalDistanceM: Math.hypot(before[0]! - this.goal[0]!, before[1]! - this.goal[1]!),
      objectSpeedMPerS: path / windowS,
    }
  }

  private setUp(stream: RandomStream): void {
    const { goal: fixed, plant } = this.options
    const { goal, place } = drawPush(stream, this.options, plant.tipPosition(), fixed)
    this.goal.set(goal)
    plant.placeObject(place[0], place[1], stream.between(-Math.PI, Math.PI))
  }
}
