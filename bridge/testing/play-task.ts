import { RandomStream } from '../../robot/model/random.ts'
import type { CreateEnvOptions } from '../create-env.ts'
import { createEnv } from '../create-env.ts'

const ACTION_STREAM = 104

export interface PlayedEpisode {
  /** What was paid, step by step [steps]. */
  readonly rewards: readonly number[]
  /** Unweighted, step by step, by name. */
  readonly terms: readonly Readonly<Record<string, number>>[]
  /** What is judged, to its goal, when it began and when it ended [m]. */
  readonly beginDistanceM: number
  readonly endDistanceM: number
  /** Whether it would have counted as a success before anything moved. */
  readonly beginsSolved: boolean
  readonly isSuccess: boolean
  /** Whether its simulation diverged. */
  readonly hasDiverged: boolean
}

export interface PlayTaskOptions extends CreateEnvOptions {
  readonly episodes: number
  readonly seed: number
}

/**
 * Episodes of a task under random actions, for tests of a task of one's own: the same options give the same
 * episodes to the last bit. Throws as `createEnv` does.
 */
export async function playTask(options: PlayTaskOptions): Promise<PlayedEpisode[]> {
  const { episodes, seed, ...parts } = options
  const env = await createEnv(parts)
  try {
    return Array.from({ length: episodes }, (_, episode) => playEpisode(env, seed, episode))
  } finally {
    env.dispose()
  }
}

type PlayedEnv = Awaited<ReturnType<typeof createEnv>>

function playEpisode(env: PlayedEnv, seed: number, episode: number): PlayedEpisode {
  const actions = new RandomStream(seed, ACTION_STREAM, episode)
  const { info } = env.reset({ seed, episode })
  const rewards: number[] = []
  const terms: Readonly<Record<string, number>>[] = []
  for (;;) {
    const action = Array.from({ length: env.actionSpace.size }, () => actions.between(-1, 1))
    const step = env.step(action)
    rewards.push(step.reward)
    terms.push(step.terms)
    if (!step.terminated && !step.truncated) continue
    return {
      rewards,
      terms,
      beginDistanceM: info.distanceM,
      endDistanceM: step.info.distanceM,
      beginsSolved: info.isSuccess,
      isSuccess: step.info.isSuccess,
      hasDiverged: step.terminated,
    }
  }
}
