import { RandomStream } from '../../robot/model/random.ts'
import type { VecEnv } from '../../sim/world/vec-env.ts'
import type { ActorRunner } from '../runtime/actor-runner.ts'
import { BOUNDARY, type Rollout } from './rollout.ts'
import type { EvaluationRequest, RolloutRequest } from './rollout-source.ts'

/** What plays episodes: an environment, a policy for all its arms, and scratch arrays. */
export interface Player {
  readonly env: VecEnv
  readonly runner: ActorRunner
  /** Number of the first arm among all workers' arms. */
  readonly firstEnv: number
  /** Monotonic time [s], for the profile only. */
  readonly nowS: () => number
}

export interface CollectOptions {
  readonly request: RolloutRequest
  /** What the end of an episode means to the value function. */
  readonly horizon: 'terminated' | 'truncated'
}

export interface CollectFigures {
  readonly simulateS: number
  readonly inferS: number
  /** Values that were not finite (a diverged simulation) and were replaced by 0. */
  readonly numNonFinite: number
}

const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI)
/** Names the exploration noise among the random streams of a seed. */
const EXPLORATION_STREAM = 101

/** Plays one rollout with exploration noise into `rollout`. */
export function collectRollout(
  player: Player,
  options: CollectOptions,
  rollout: Rollout,
): CollectFigures {
  const { env, runner, firstEnv, nowS } = player
  const { request } = options
  const { steps, numEnvs, segments, chunkSteps } = rollout.shape
  const segmentSteps = steps / segments
  const noise = new RandomStream(request.seed, EXPLORATION_STREAM, request.iteration, firstEnv)
  const state = new Float32Array(numEnvs * runner.stateSize)
  const mean = new Float32Array(numEnvs * env.actionSize)
  runner.load(request.policy.actor)
  const startS = nowS()
  let inferS = 0
  let numNonFinite = 0
  const { seed, width, ease } = request
  const episode = request.episode + firstEnv
  env.reset({ seed, episode, width, ...(ease && { ease }) })
  rollout.pinned.set(env.pinned)
  rollout.keepState.fill(1)
  rollout.keepState.fill(0, 0, numEnvs)
  rollout.boundary.fill(BOUNDARY.continue)
  for (let t = 0; t < steps; t++) {
    if (t % segmentSteps === 0 && t > 0) env.newGoal()
    if (t % chunkSteps === 0) rollout.chunkState.set(state, (t / chunkSteps) * state.length)
    const observation = store(env.observation, rollout.observation, t)
    const critic = store(env.critic, rollout.critic, t)
    numNonFinite += clearNonFinite(observation) + clearNonFinite(critic)
    const beforeS = nowS()
    runner.step(observation, state, mean)
    inferS += nowS() - beforeS
    const actions = rollout.action.subarray(t * mean.length, (t + 1) * mean.length)
    const logProb = rollout.logProb.subarray(t * numEnvs, (t + 1) * numEnvs)
    sampleActions({ mean, logStd: request.policy.logStd, noise, actions, logProb })
    env.step(actions)
    numNonFinite += clearNonFinite(store(env.reward, rollout.reward, t))
    if ((t + 1) % segmentSteps === 0) endSegment(env, rollout, t, BOUNDARY[options.horizon])
  }
  numNonFinite += clearNonFinite(rollout.finalCritic)
  return { simulateS: nowS() - startS - inferS, inferS, numNonFinite }
}

/** Copies a step's rows to their place in the rollout. @returns that place */
function store(rows: Float32Array, target: Float32Array, t: number): Float32Array {
  target.set(rows, t * rows.length)
  return target.subarray(t * rows.length, (t + 1) * rows.length)
}

/** Sets values that are not finite to 0. @returns how many there were */
function clearNonFinite(values: Float32Array): number {
  let count = 0
  for (let k = 0; k < values.length; k++) {
    if (Number.isFinite(values[k]!)) continue
    values[k] = 0
    count++
  }
  return count
}

function endSegment(env: VecEnv, rollout: Rollout, t: number, boundary: number): void {
  const { steps, segments, numEnvs } = rollout.shape
  const segment = Math.floor((t * segments) / steps)
  rollout.boundary.fill(boundary, t * numEnvs, (t + 1) * numEnvs)
  rollout.finalCritic.set(env.critic, segment * env.critic.length)
  rollout.finalDistanceM.set(env.distanceM, segment * numEnvs)
}

/** Gaussian actions around the mean, and their log-probabilities summed over action components. */
function sampleActions(s: {
  readonly mean: Float32Array
  readonly logStd: Float32Array
  readonly noise: RandomStream
  readonly actions: Float32Array
  readonly logProb: Float32Array
}): void {
  const { mean, logStd, noise, actions, logProb } = s
  const size = logStd.length
  for (let env = 0, at = 0; env < logProb.length; env++) {
    let sum = 0
    for (let k = 0; k < size; k++, at++) {
      const z = noise.normal()
      actions[at] = mean[at]! + Math.exp(logStd[k]!) * z
      sum -= 0.5 * z * z + logStd[k]! + LOG_SQRT_2PI
    }
    logProb[env] = sum
  }
}

/**
 * Plays `request.episodes` episodes (rounded up to whole batches) with the mean action.
 *
 * @returns object to goal at the end of each [m], [episodes]
 */
export function playEpisodes(player: Player, request: EvaluationRequest): Float32Array {
  const { env, runner, firstEnv } = player
  const rounds = Math.ceil(request.episodes / env.numEnvs)
  const distances = new Float32Array(rounds * env.numEnvs)
  const state = new Float32Array(env.numEnvs * runner.stateSize)
  const mean = new Float32Array(env.numEnvs * env.actionSize)
  runner.load(request.policy.actor)
  for (let round = 0; round < rounds; round++) {
    state.fill(0)
    const episode = firstEnv * rounds + round * env.numEnvs
    env.reset({ seed: request.seed, episode, width: request.width })
    for (let t = 0; t < env.episodeSteps; t++) {
      runner.step(env.observation, state, mean)
      env.step(mean)
    }
    distances.set(env.distanceM, round * env.numEnvs)
  }
  return distances
}
