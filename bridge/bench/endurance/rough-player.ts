import { RandomStream } from '../../../robot/model/random.ts'
import type { Solver } from '../../../sim/solvers/solver.ts'
import type { TaskEnv } from '../../../sim/world/task-env.ts'

/** A mood lasts from one policy step to this many. */
const LONGEST_MOOD = 25
/** Names the actions among the streams of a seed. */
const ACTION_STREAM = 301

/**
 * Actions that nobody would choose: each arm holds a random one for a while, then another. Every second arm
 * turns to its solver in between, so that it is in contact, or holds something, when the next one comes.
 */
export class RoughPlayer {
  private readonly env: TaskEnv
  private readonly solvers: readonly Solver[]
  private readonly streams: readonly RandomStream[]
  private readonly actions: Float32Array
  private readonly remaining: Int32Array
  private readonly isSolving: Uint8Array

  /** @param createSolver - undefined where nobody has scripted the task */
  constructor(env: TaskEnv, createSolver: (() => Solver) | undefined, seed: number) {
    this.env = env
    this.solvers = createSolver === undefined ? [] : env.arms.map(createSolver)
    this.streams = env.arms.map((_, k) => new RandomStream(seed, ACTION_STREAM, k))
    this.actions = new Float32Array(env.numEnvs * env.actionSize)
    this.remaining = new Int32Array(env.numEnvs)
    this.isSolving = new Uint8Array(env.numEnvs)
  }

  /** An episode or a goal begins. */
  begin(): void {
    for (const solver of this.solvers) solver.reset()
  }

  /** The next actions [numEnvs, actionSize]; overwritten by the next call. */
  act(): Float32Array {
    const { env, actions, isSolving, remaining, solvers } = this
    const { actionSize, observation, observationSize } = env
    for (let k = 0; k < env.numEnvs; k++) {
      if (remaining[k] === 0) this.changeMood(k)
      remaining[k] = remaining[k]! - 1
      if (isSolving[k] === 1) {
        solvers[k]!.act(observation, k * observationSize, actions, k * actionSize)
      }
    }
    return actions
  }

  private changeMood(k: number): void {
    const { actionSize } = this.env
    const stream = this.streams[k]!
    this.remaining[k] = 1 + stream.integer(LONGEST_MOOD)
    const maySolve = k % 2 === 1 && k < this.solvers.length
    this.isSolving[k] = maySolve && stream.uniform() < 0.7 ? 1 : 0
    for (let i = 0; i < actionSize; i++) this.actions[k * actionSize + i] = stream.between(-1, 1)
  }
}
