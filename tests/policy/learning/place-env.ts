import { RandomStream } from '../../../robot/model/random.ts'
import type { Oracle } from '../../../sim/world/oracle.ts'
import type { ResetOptions, VecEnv } from '../../../sim/world/vec-env.ts'

/** Reach of one step [m]. */
const STEP_M = 0.3
export const PLACE_THRESHOLD_M = 0.3

/**
 * Go to a place on a line: where it is, the policy is told all the time, where it stands itself in the first step
 * only. Observation: goal, start. Critic: place, start, time, then one feature of the goal (goal − place).
 */
export class PlaceEnv implements VecEnv {
  readonly observationSize = 2
  readonly criticSize = 4
  readonly actionSize = 1
  readonly episodeSteps = 6
  readonly randomized = []
  readonly numEnvs: number
  readonly observation: Float32Array
  readonly critic: Float32Array
  readonly reward: Float32Array
  readonly distanceM: Float32Array
  readonly objectSpeedMPerS: Float32Array
  readonly pinned: Int32Array
  readonly oracle: Oracle
  readonly #place: Float32Array
  readonly #goal: Float32Array
  readonly #start: Float32Array
  #t = 0

  constructor(numEnvs: number) {
    const floats = (width = 1) => new Float32Array(numEnvs * width)
    this.numEnvs = numEnvs
    this.observation = floats(2)
    this.critic = floats(4)
    this.reward = floats()
    this.distanceM = floats()
    this.objectSpeedMPerS = floats()
    this.pinned = new Int32Array(numEnvs).fill(-1)
    this.#place = floats()
    this.#goal = floats()
    this.#start = floats()
    this.oracle = {
      // Goal and place.
      observe: (out) => {
        for (let k = 0; k < numEnvs; k++) out.set([this.#goal[k]!, this.#place[k]!], 2 * k)
      },
      trueZeros: {
        observe: (out) => this.oracle.observe(out),
        translate() {},
      },
      createTeacher: () => ({
        reset() {},
        act(truth, begin, out, outBegin) {
          const way = (truth[begin]! - truth[begin + 1]!) / STEP_M
          out[outBegin] = Math.min(1, Math.max(-1, way))
        },
      }),
      goals: {
        size: 1,
        thresholdM: PLACE_THRESHOLD_M,
        observationAxis: Int8Array.of(0, -1),
        criticFeatures: [3, 4],
        read: (desired, achieved) => {
          desired.set(this.#goal)
          achieved.set(this.#place)
        },
      },
    }
  }

  reset({ seed, episode }: ResetOptions): void {
    this.#t = 0
    for (let k = 0; k < this.numEnvs; k++) {
      const random = new RandomStream(seed, episode + k)
      this.#start[k] = random.between(-0.8, 0.8)
      this.#goal[k] = this.#start[k]! + (random.uniform() < 0.5 ? -1 : 1) * random.between(0.4, 1)
      this.#place[k] = this.#start[k]!
    }
    this.#observe()
  }

  newGoal(): void {
    throw new Error('not here')
  }

  step(actions: Float32Array): void {
    this.#t++
    for (let k = 0; k < this.numEnvs; k++) {
      const action = Math.min(1, Math.max(-1, actions[k]!))
      this.#place[k] = this.#place[k]! + STEP_M * action
      this.distanceM[k] = Math.abs(this.#place[k]! - this.#goal[k]!)
    }
    this.#observe()
  }

  dispose(): void {}

  #observe(): void {
    for (let k = 0; k < this.numEnvs; k++) {
      const [place, goal, start] = [this.#place[k]!, this.#goal[k]!, this.#start[k]!]
      this.observation.set([goal, this.#t === 0 ? start : 0], 2 * k)
      this.critic.set([place, start, this.#t / this.episodeSteps, goal - place], 4 * k)
    }
  }
}
