import type { RandomStream } from '../../robot/model/random.ts'
import { drawGoal, relabel } from './relabel.ts'
import type { EpisodeReplay } from './replay.ts'
import type { EpisodeShape, GoalDescription } from './rollout-source.ts'
import { gatherRows } from './sequences.ts'

export interface GoalBatchOptions {
  /** Numbers per step; of the critic's input the goal's included. */
  readonly sizes: EpisodeShape
  readonly goals: GoalDescription
  readonly batchEpisodes: number
  /** Share of the episodes whose goal becomes a place that was reached; not of those that the expert led to theirs. */
  readonly relabelShare: number
  /** Share of the episodes that are drawn by the way that what is judged went. */
  readonly movedShare: number
}

/** Whole replayed episodes, each for a goal of its own; as measured, not normalised. */
export interface GoalBatch {
  /** [steps, batch, observation] */
  readonly observation: Float32Array
  /** [steps, batch, critic] */
  readonly critic: Float32Array
  /** Clipped to -1..1 [steps, batch, action]. */
  readonly action: Float32Array
  /** 0 within the radius of success, else -1 [steps, batch]. */
  readonly reward: Float32Array
  /** 1 where the expert drove [steps, batch]. */
  readonly shown: Float32Array
}

export function drawGoalBatch(
  replay: EpisodeReplay,
  { sizes, goals, batchEpisodes: batch, relabelShare, movedShare }: GoalBatchOptions,
  random: RandomStream,
): GoalBatch {
  const { observation, critic, action, episodeSteps: steps } = sizes
  const rows = (width: number) => new Float32Array(steps * batch * width)
  const out: GoalBatch = {
    observation: rows(observation),
    critic: rows(critic),
    action: rows(action),
    reward: rows(1),
    shown: rows(1),
  }
  for (let b = 0; b < batch; b++) {
    const episode = replay.draw(random, movedShare)
    const isShown = episode.shown.includes(1)
    const played = relabel(episode, drawGoal(episode, isShown ? 0 : relabelShare, random), goals)
    const place = { first: 0, env: 0, numEnvs: 1, b, batch }
    gatherRows(played.observation, observation, place, out.observation)
    gatherRows(played.critic, critic, place, out.critic)
    gatherRows(episode.action, action, place, out.action)
    gatherRows(played.reward, 1, place, out.reward)
    gatherRows(episode.shown, 1, place, out.shown)
  }
  return out
}
