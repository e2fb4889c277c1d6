import type { RandomStream } from '../../robot/model/random.ts'
import type { StoredEpisode } from './replay.ts'
import type { GoalDescription } from './rollout-source.ts'

/** An episode as if it had been played for another goal. */
export interface GoalEpisode {
  /** [steps, observation] */
  readonly observation: Float32Array
  /** Without what it told of the old goal; then the goal, and the way from it to what is judged [steps, critic + 2·goal]. */
  readonly critic: Float32Array
  /** 0 within the radius of success after the step, else -1 [steps]. */
  readonly reward: Float32Array
}

/**
 * The goal of a replayed episode: with probability `share` a place where what is judged was after some step,
 * otherwise the goal that it was played for. A recurrent policy has been told its goal since the first step, so
 * that one goal holds for the whole episode ("future" of Andrychowicz et al. 2017, from its beginning).
 */
export function drawGoal(
  { achieved, desired }: StoredEpisode,
  share: number,
  random: RandomStream,
): Float32Array {
  const size = desired.length
  const isOther = random.uniform() < share
  const step = random.integer(achieved.length / size)
  const place = achieved.subarray(step * size, (step + 1) * size)
  return isOther && place.every(Number.isFinite) ? place : desired
}

/** Rewrites an episode for a goal [goal], [m]. */
export function relabel(
  episode: StoredEpisode,
  goal: Float32Array,
  { observationAxis, criticFeatures, thresholdM }: GoalDescription,
): GoalEpisode {
  const { achieved, desired } = episode
  const size = goal.length
  const steps = achieved.length / size
  const observation = episode.observation.slice()
  const width = observation.length / steps
  for (let k = 0; k < observation.length; k++) {
    const axis = observationAxis[k % width]!
    if (axis >= 0) observation[k] = observation[k]! + goal[axis]! - desired[axis]!
  }
  const from = episode.critic.length / steps
  const to = from + 2 * size
  const critic = new Float32Array(steps * to)
  const reward = new Float32Array(steps)
  for (let t = 0; t < steps; t++) {
    critic.set(episode.critic.subarray(t * from, (t + 1) * from), t * to)
    critic.fill(0, t * to + criticFeatures[0], t * to + criticFeatures[1])
    critic.set(goal, t * to + from)
    let square = 0
    for (let axis = 0; axis < size; axis++) {
      const before = achieved[Math.max(0, t - 1) * size + axis]! - goal[axis]!
      critic[t * to + from + size + axis] = Number.isFinite(before) ? before : 0
      square += (achieved[t * size + axis]! - goal[axis]!) ** 2
    }
    reward[t] = Math.sqrt(square) < thresholdM ? 0 : -1
  }
  return { observation, critic, reward }
}
