import type { ActorInEnv } from '../../policy/evaluate/actor-in-env.ts'
import type { Clock } from '../../robot/model/clock.ts'
import type { TaskEnv } from '../../sim/world/task-env.ts'
import type { SampleFrames } from './sample-frames.ts'
import type { Viewer } from './start-viewer.node.ts'

/** How long the end of an episode is left to look at [s]. */
const LOOK_S = 1.5

export interface SamplePlay {
  readonly env: TaskEnv
  readonly actor: ActorInEnv
  readonly frames: SampleFrames
  readonly viewer: Pick<Viewer, 'draws' | 'worlds'>
  /** Time between two policy steps [s]. */
  readonly periodS: number
  readonly seed: number
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Whether new draws were asked for since it was last called. */
  readonly takeRequest: () => boolean
}

/**
 * Shows episode after episode of all arms, each with new draws, at the pace of the clock or as fast as this
 * machine goes, until `signal` aborts; returns how many draws that were.
 */
export async function playSample(play: SamplePlay): Promise<number> {
  const { env, actor, frames, viewer, periodS, seed, clock, signal } = play
  const actions = new Float32Array(env.numEnvs * env.actionSize)
  const numLookSteps = Math.ceil(LOOK_S / periodS)
  let episode = 0
  let nextS = clock.now()
  while (!signal.aborted) {
    env.reset({ seed, episode, width: 1 })
    actor.begin(episode)
    viewer.draws(frames.draws(episode))
    viewer.worlds(frames.states(episode))
    for (let step = 0; step < env.episodeSteps + numLookSteps; step++) {
      nextS = Math.max(nextS + periodS, clock.now())
      if (!(await isAwake(clock, nextS, signal)) || play.takeRequest()) break
      if (step < env.episodeSteps) {
        actor.act(actions)
        env.step(actions)
      }
      viewer.worlds(frames.states(episode))
    }
    episode += env.numEnvs
  }
  return episode
}

/** Sleeps; false when woken by `signal`. */
async function isAwake(clock: Clock, timeS: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleepUntil(timeS, signal)
    return true
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}
