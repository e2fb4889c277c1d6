import { CodedError } from '../../configs/load/coded-error.ts'
import { checkLayout, type Snapshot } from '../engines/snapshot.ts'
import type { Space } from './space.ts'
import type { TaskEnv } from './task-env.ts'
import type { ResetOptions } from './vec-env.ts'

/**
 * One arm in its world, used as a Gymnasium environment is. What it returns belongs to the caller.
 *
 * An episode lasts `episodeSteps` steps, is `truncated` with the last one, and is `terminated` only when its
 * simulation has diverged. Success ends nothing: the tasks ask for it at the end. `newGoal` is neither: the
 * same world goes on, and so should a policy's recurrent state.
 */
export interface Env {
  /** What a policy sees: names, sizes, units, frames, bounds, in order. */
  readonly observationSpace: Space
  /** What a policy does, each number in -1..1. */
  readonly actionSpace: Space
  /** Of `info.state`. */
  readonly stateSpace: Space
  /** Names of the reward terms. */
  readonly termNames: readonly string[]
  readonly episodeSteps: number
  /** The environment behind it, of one arm. */
  readonly vecEnv: TaskEnv
  /**
   * Begins an episode. Seed and number fix it completely, on every machine; without a number it is the
   * seed's first, without either the one after the last. Throws SIM_STEP_INVALID unless both are whole numbers.
   */
  reset(options?: Partial<ResetOptions>): EnvBeginning
  /** A new goal in the same physics, arm and objects where they are; its time is as long as an episode's. */
  newGoal(): EnvBeginning
  /**
   * One step of the policy's rate. Numbers beyond ±1 count as ±1. Throws SIM_STEP_INVALID for an action of
   * another size or with numbers that are not finite, and before `reset` or after the end of an episode.
   */
  step(action: ArrayLike<number>): EnvStep
  /** Everything that later steps depend on. */
  snapshot(): Snapshot
  /**
   * Goes on from a snapshot of this environment, or of another of the same configuration in whatever
   * thread, to the last bit. Throws SIM_SNAPSHOT_INVALID when it is of something else.
   */
  restore(snapshot: Snapshot): EnvBeginning
  dispose(): void
}

export interface EnvBeginning {
  /** [observationSpace.size] */
  readonly observation: Float32Array
  readonly info: EnvInfo
}

export interface EnvStep extends EnvBeginning {
  /** Weighted sum of `terms`. */
  readonly reward: number
  /** Unweighted, by name. */
  readonly terms: Readonly<Record<string, number>>
  /** The simulation has diverged. */
  readonly terminated: boolean
  /** The episode's time is up. */
  readonly truncated: boolean
}

export interface EnvInfo {
  readonly seed: number
  readonly episode: number
  /** Time since the episode or goal began [s]. */
  readonly timeS: number
  /** What is judged, to its goal [m]; infinite while anything else that success takes is not so. */
  readonly distanceM: number
  /** Whether the episode would count as a success if it ended now. */
  readonly isSuccess: boolean
  /** Mean speed of what is judged over the task's settling window [m/s]. */
  readonly objectSpeedMPerS: number
  /** Privileged: what only a simulator knows [stateSpace.size]. */
  readonly state: Float32Array
}

type Phase = 'fresh' | 'running' | 'over'

interface EnvSnapshot extends Snapshot {
  readonly vecEnv: Snapshot
  readonly seed: number
  readonly episode: number
  readonly phase: Phase
}

/** An environment of one arm as a Gymnasium-like one, which owns it from here on. */
export function createSingleEnv(vecEnv: TaskEnv): Env {
  return new SingleEnv(vecEnv)
}

const LAYOUT = 'an environment of one arm'

class SingleEnv implements Env {
  readonly vecEnv: TaskEnv
  private readonly action: Float32Array
  private seed = 0
  private episode = -1
  private phase: Phase = 'fresh'

  constructor(vecEnv: TaskEnv) {
    this.vecEnv = vecEnv
    this.action = new Float32Array(vecEnv.actionSize)
  }

  get observationSpace(): Space {
    return this.vecEnv.observationSpace
  }

  get actionSpace(): Space {
    return this.vecEnv.actionSpace
  }

  get stateSpace(): Space {
    return this.vecEnv.stateSpace
  }

  get termNames(): readonly string[] {
    return this.vecEnv.termNames
  }

  get episodeSteps(): number {
    return this.vecEnv.episodeSteps
  }

  reset(options: Partial<ResetOptions> = {}): EnvBeginning {
    const { seed = this.seed, episode = options.seed === undefined ? this.episode + 1 : 0 } =
      options
    this.vecEnv.reset({ ...options, seed, episode })
    this.seed = seed
    this.episode = episode
    this.phase = 'running'
    return this.beginning()
  }

  newGoal(): EnvBeginning {
    if (this.phase === 'fresh' || this.vecEnv.terminated[0] === 1) {
      throw misuse('there is no world to go on in', 'call reset() first')
    }
    this.vecEnv.newGoal()
    this.phase = 'running'
    return this.beginning()
  }

  step(action: ArrayLike<number>): EnvStep {
    const { vecEnv } = this
    if (this.phase !== 'running') {
      const what = this.phase === 'fresh' ? 'no episode has begun' : 'the episode is over'
      throw misuse(what, 'call reset(), or newGoal() to go on in the same physics')
    }
    this.take(action)
    vecEnv.step(this.action)
    const terminated = vecEnv.terminated[0] === 1
    const truncated = vecEnv.truncated[0] === 1
    if (terminated || truncated) this.phase = 'over'
    const { terms, termNames } = vecEnv
    return {
      ...this.beginning(),
      reward: vecEnv.reward[0]!,
      terms: Object.fromEntries(termNames.map((name, i) => [name, terms[i]!])),
      terminated,
      truncated,
    }
  }

  snapshot(): EnvSnapshot {
    const { seed, episode, phase } = this
    return { layout: LAYOUT, vecEnv: this.vecEnv.snapshot(), seed, episode, phase }
  }

  restore(snapshot: Snapshot): EnvBeginning {
    checkLayout(snapshot, LAYOUT)
    const { vecEnv, seed, episode, phase } = snapshot as EnvSnapshot
    this.vecEnv.restore(vecEnv)
    this.seed = seed
    this.episode = episode
    this.phase = phase
    return this.beginning()
  }

  dispose(): void {
    this.vecEnv.dispose()
  }

  private take(action: ArrayLike<number>): void {
    const { length } = this.action
    for (let i = 0; i < length; i++) this.action[i] = action[i] ?? Number.NaN
    if (action.length === length && this.action.every(Number.isFinite)) return
    const names = this.vecEnv.spec.actionNames.join(', ')
    throw misuse(`expected ${length} finite numbers as action`, `they are ${names}`)
  }

  private beginning(): EnvBeginning {
    const { vecEnv, seed, episode } = this
    return {
      observation: vecEnv.observation.slice(),
      info: {
        seed,
        episode,
        timeS: vecEnv.episodeTimeS,
        distanceM: vecEnv.distanceM[0]!,
        isSuccess: vecEnv.isSuccess[0] === 1,
        objectSpeedMPerS: vecEnv.objectSpeedMPerS[0]!,
        state: vecEnv.critic.slice(),
      },
    }
  }
}

function misuse(message: string, hint: string): CodedError {
  return new CodedError('SIM_STEP_INVALID', message, { hint })
}
