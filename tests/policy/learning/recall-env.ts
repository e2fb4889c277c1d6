import { RandomStream } from '../../../robot/model/random.ts'
import type { RandomizedParameter } from '../../../sim/randomization/draw.ts'
import type { Oracle } from '../../../sim/world/oracle.ts'
import type { ResetOptions, VecEnv } from '../../../sim/world/vec-env.ts'

/**
 * Recall a bit: shown ±1 in the first step only, the arm is paid for acting with its sign in the last
 * steps. Without memory the reward is 0 on average. Distance is 0 m where the last action was right. The oracle
 * shows the bit in every step; its solver answers with half of it.
 */
export class RecallEnv implements VecEnv {
  readonly observationSize = 2
  readonly criticSize = 2
  readonly actionSize = 1
  readonly episodeSteps = 8
  readonly randomized: readonly RandomizedParameter[]
  readonly pinned: Int32Array
  readonly numEnvs: number
  readonly observation: Float32Array
  readonly critic: Float32Array
  readonly reward: Float32Array
  readonly distanceM: Float32Array
  readonly objectSpeedMPerS: Float32Array
  readonly oracle: Oracle
  resets: ResetOptions[] = []
  newGoals = 0
  isDisposed = false
  readonly #bit: Float32Array
  #t = 0

  /** @param randomized - said to be so: each arm is pinned to the next bound */
  constructor(numEnvs: number, randomized: readonly RandomizedParameter[] = []) {
    this.numEnvs = numEnvs
    this.randomized = randomized
    const numBounds = 2 * randomized.length
    this.pinned = Int32Array.from({ length: numEnvs }, (_, k) =>
      numBounds > 0 ? k % numBounds : -1,
    )
    this.observation = new Float32Array(numEnvs * 2)
    this.critic = new Float32Array(numEnvs * 2)
    this.reward = new Float32Array(numEnvs)
    this.distanceM = new Float32Array(numEnvs)
    this.objectSpeedMPerS = new Float32Array(numEnvs)
    this.#bit = new Float32Array(numEnvs)
    this.oracle = {
      goals: undefined,
      observe: (out) => {
        for (let k = 0; k < numEnvs; k++) out.set([this.#bit[k]!, 1], 2 * k)
      },
      trueZeros: {
        observe: (out) => this.oracle.observe(out),
        translate() {},
      },
      createTeacher: () => ({
        reset() {},
        act: (seen, begin, out, outBegin) => {
          out[outBegin] = 0.5 * seen[begin]!
        },
      }),
    }
  }

  reset(options: ResetOptions): void {
    this.resets.push(options)
    for (let k = 0; k < this.numEnvs; k++) {
      const random = new RandomStream(options.seed, options.episodes?.[k] ?? options.episode + k)
      this.#bit[k] = random.uniform() < 0.5 ? -1 : 1
    }
    this.#begin()
  }

  newGoal(): void {
    this.newGoals++
    this.#begin()
  }

  step(actions: Float32Array): void {
    this.#t++
    for (let k = 0; k < this.numEnvs; k++) {
      const right = Math.min(1, Math.max(-1, actions[k]!)) * this.#bit[k]!
      this.reward[k] = this.#t > 4 ? right : 0
      this.distanceM[k] = right > 0 ? 0 : 1
    }
    this.#observe()
  }

  dispose(): void {
    this.isDisposed = true
  }

  #begin(): void {
    this.#t = 0
    this.reward.fill(0)
    this.#observe()
  }

  #observe(): void {
    for (let k = 0; k < this.numEnvs; k++) {
      this.observation[2 * k] = this.#t === 0 ? this.#bit[k]! : 0
      this.observation[2 * k + 1] = 1
      this.critic[2 * k] = this.#bit[k]!
      this.critic[2 * k + 1] = this.#t / this.episodeSteps
    }
  }
}
