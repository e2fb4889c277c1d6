import type { RandomStream } from '../../robot/model/random.ts'
import { type NamedArrays, savedArray } from './checkpoint.ts'
import type { Rollout } from './rollout.ts'

/** Numbers that an episode's arrays hold per step; `goal` per episode for the place wanted. */
export interface EpisodeSizes {
  readonly steps: number
  readonly observation: number
  readonly critic: number
  readonly action: number
  readonly goal: number
}

/** One episode as it was played; views of the replay's memory. */
export interface StoredEpisode {
  /** [steps, observation] */
  readonly observation: Float32Array
  /** [steps, critic] */
  readonly critic: Float32Array
  /** Clipped to -1..1 [steps, action]. */
  readonly action: Float32Array
  /** After each step [steps, goal], [m]. */
  readonly achieved: Float32Array
  /** [goal], [m] */
  readonly desired: Float32Array
  /** 1 where the expert drove, else 0 [steps]. */
  readonly shown: Float32Array
}

const STEP_ARRAYS = ['observation', 'critic', 'action', 'achieved', 'shown'] as const
const ARRAYS = [...STEP_ARRAYS, 'desired'] as const
const FINITE = ['observation', 'critic', 'action', 'desired'] as const
const SAVED = 'replay.'

/** Whether what is saved under this name is data of episodes, which may hold places that are NaN, see `GoalView`. */
export function isReplayed(name: string): boolean {
  return name.startsWith(SAVED)
}

/** The latest whole episodes. Memory is taken as they come, so that a checkpoint holds only what was played. */
export class EpisodeReplay {
  readonly #sizes: EpisodeSizes
  readonly #capacity: number
  readonly #episodes: StoredEpisode[] = []
  /** Way that what is judged went in each episode [m]. */
  readonly #wayM: number[] = []
  #next = 0

  constructor(sizes: EpisodeSizes, capacity: number) {
    this.#sizes = sizes
    this.#capacity = capacity
  }

  get length(): number {
    return this.#episodes.length
  }

  /** Copies the episode of every arm whose simulation did not break down. Each is of one goal. */
  add(rollout: Rollout): void {
    const { numEnvs } = rollout.shape
    for (let env = 0; env < numEnvs; env++) {
      const episode = this.#copy(rollout, env)
      if (!FINITE.every((name) => episode[name].every(Number.isFinite))) continue
      this.#episodes[this.#next] = episode
      this.#wayM[this.#next] = wayM(episode)
      this.#next = (this.#next + 1) % this.#capacity
    }
  }

  get episodes(): readonly StoredEpisode[] {
    return this.#episodes
  }

  /** Any episode: with probability `movedShare` in proportion to the way that what is judged went, else each as likely. */
  draw(random: RandomStream, movedShare = 0): StoredEpisode {
    const isByWay = random.uniform() < movedShare
    const any = random.integer(this.#episodes.length)
    if (!isByWay) return this.#episodes[any]!
    let left = random.uniform() * this.#wayM.reduce((sum, each) => sum + each, 0)
    const found = this.#wayM.findIndex((each) => {
      left -= each
      return left < 0
    })
    return this.#episodes[found < 0 ? any : found]!
  }

  save(): NamedArrays {
    const saved: Record<string, Float32Array | Float64Array> = {
      [`${SAVED}next`]: Float64Array.of(this.#next, this.#episodes.length),
    }
    for (const name of ARRAYS) {
      const size = this.#sizeOf(name)
      const all = new Float32Array(this.#episodes.length * size)
      for (const [k, episode] of this.#episodes.entries()) all.set(episode[name], k * size)
      saved[SAVED + name] = all
    }
    return saved
  }

  restore(saved: NamedArrays): void {
    const [next, length] = savedArray(saved, `${SAVED}next`, 2) as unknown as [number, number]
    this.#next = next
    this.#episodes.length = 0
    this.#wayM.length = 0
    for (let k = 0; k < length; k++) {
      const parts = ARRAYS.map((name) => {
        const size = this.#sizeOf(name)
        const all = savedArray(saved, SAVED + name, length * size)
        return [name, Float32Array.from(all.subarray(k * size, (k + 1) * size))] as const
      })
      const episode = Object.fromEntries(parts) as unknown as StoredEpisode
      this.#episodes.push(episode)
      this.#wayM.push(wayM(episode))
    }
  }

  #sizeOf(name: (typeof ARRAYS)[number]): number {
    const { steps, goal } = this.#sizes
    if (name === 'desired') return goal
    if (name === 'shown') return steps
    return steps * this.#sizes[name === 'achieved' ? 'goal' : name]
  }

  #copy(rollout: Rollout, env: number): StoredEpisode {
    const { steps, numEnvs } = rollout.shape
    const { goal } = this.#sizes
    const parts = STEP_ARRAYS.map((name) => {
      const out = new Float32Array(this.#sizeOf(name))
      const width = out.length / steps
      for (let t = 0; t < steps; t++) {
        const from = (t * numEnvs + env) * width
        out.set(rollout[name].subarray(from, from + width), t * width)
      }
      return [name, out] as const
    })
    const desired = rollout.desired.slice(env * goal, (env + 1) * goal)
    const episode = Object.fromEntries([...parts, ['desired', desired]]) as unknown as StoredEpisode
    const { action } = episode
    for (let k = 0; k < action.length; k++) action[k] = Math.min(1, Math.max(-1, action[k]!))
    return episode
  }
}

/** Length of the path of what is judged [m], as far as it is known. */
function wayM({ achieved, desired }: StoredEpisode): number {
  const size = desired.length
  let sum = 0
  for (let at = size; at < achieved.length; at += size) {
    let square = 0
    for (let k = at; k < at + size; k++) square += (achieved[k]! - achieved[k - size]!) ** 2
    if (Number.isFinite(square)) sum += Math.sqrt(square)
  }
  return sum
}
