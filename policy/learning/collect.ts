import { RandomStream } from '../../robot/model/random.ts'
import type { VecEnv } from '../../sim/world/vec-env.ts'
import type { ActorRunner } from '../runtime/actor-runner.ts'
import type { EnvironmentWatcher } from './environment-watcher.ts'
import type { Expert } from './expert.ts'
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
  /** Needed where rollouts have labels. */
  readonly expert?: Expert | undefined
  /** Looks on while rollouts are collected. */
  readonly watcher?: EnvironmentWatcher | undefined
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
/** Who acts; 102 and 103 are the random baselines'. */
const ACTING_STREAM = 104

/** Plays one rollout with exploration noise into `rollout`. */
export function collectRollout(
  player: Player,
  options: CollectOptions,
  rollout: Rollout,
): CollectFigures {
  const { env, runner, firstEnv, nowS, expert, watcher } = player
  const { request } = options
  const { steps, numEnvs, segments, chunkSteps } = rollout.shape
  const segmentSteps = steps / segments
  const noise = new RandomStream(request.seed, EXPLORATION_STREAM, request.iteration, firstEnv)
  const state = new Float32Array(numEnvs * runner.stateSize)
  const mean = new Float32Array(numEnvs * env.actionSize)
  const acting = drawActing(request, player, steps)
  const advice = new Float32Array(rollout.shape.label > 0 ? mean.length : 0)
  runner.load(request.policy.actor)
  const startS = nowS()
  let inferS = 0
  let numNonFinite = 0
  const { seed, width, ease } = request
  const episode = request.episode + firstEnv
  const episodes = request.episodes?.slice(firstEnv, firstEnv + numEnvs)
  env.reset({ seed, episode, episodes, width, ...(ease && { ease }) })
  watcher?.began(episode)
  rollout.pinned.set(env.pinned)
  rollout.keepState.fill(1)
  rollout.keepState.fill(0, 0, numEnvs)
  rollout.boundary.fill(BOUNDARY.continue)
  for (let t = 0; t < steps; t++) {
    if (t % segmentSteps === 0 && t > 0) env.newGoal()
    if (t % segmentSteps === 0 && advice.length > 0) expert?.begin()
    if (t % chunkSteps === 0) rollout.chunkState.set(state, (t / chunkSteps) * state.length)
    letExpertTakeOver(acting, t)
    const observation = store(env.observation, rollout.observation, t)
    const critic = store(env.critic, rollout.critic, t)
    numNonFinite += clearNonFinite(observation) + clearNonFinite(critic)
    const beforeS = nowS()
    runner.step(observation, state, mean)
    inferS += nowS() - beforeS
    if (advice.length > 0) {
      expert?.advise(advice)
      numNonFinite += clearNonFinite(advice)
      store(advice, rollout.label, t)
      letExpertAct(acting.isExpert, advice, mean)
    }
    const actions = rollout.action.subarray(t * mean.length, (t + 1) * mean.length)
    const logProb = rollout.logProb.subarray(t * numEnvs, (t + 1) * numEnvs)
    sampleActions({ mean, logStd: request.policy.logStd, noise, actions, logProb })
    actAtRandom(acting, actions)
    env.step(actions)
    watcher?.stepped()
    if (rollout.shape.goal > 0) {
      store(acting.isExpert, rollout.shown, t)
      keepGoals(env, rollout, t)
    }
    numNonFinite += clearNonFinite(store(env.reward, rollout.reward, t))
    if ((t + 1) % segmentSteps === 0) endSegment(env, rollout, t, BOUNDARY[options.horizon])
  }
  numNonFinite += clearNonFinite(rollout.finalCritic)
  return { simulateS: nowS() - startS - inferS, inferS, numNonFinite }
}

interface Acting {
  /** Step from which the expert drives, Infinity for never, and 1 where it does [numEnvs]. */
  readonly expertFrom: Float64Array
  readonly isExpert: Float32Array
  /** Chance that an arm that follows the policy begins to do anything at all. */
  readonly randomChance: number
  /** Steps for which it then holds the same action. */
  readonly randomSteps: number
  /** Steps that are left of that [numEnvs], and the action [numEnvs, action]. */
  readonly stepsLeft: Uint16Array
  readonly held: Float32Array
  readonly random: RandomStream
}

function drawActing(request: RolloutRequest, { env, firstEnv }: Player, steps: number): Acting {
  const { numEnvs, actionSize } = env
  const { seed, iteration, expertShare = 0, takeOver = 0 } = request
  const { randomShare = 0, randomSteps = 1 } = request
  const random = new RandomStream(seed, ACTING_STREAM, iteration, firstEnv)
  const expertFrom = Float64Array.from({ length: numEnvs }, () =>
    random.uniform() < expertShare ? 0 : Number.POSITIVE_INFINITY,
  )
  if (takeOver > 0) {
    for (const [k, from] of expertFrom.entries()) {
      expertFrom[k] = from + Math.floor(takeOver * steps * random.uniform())
    }
  }
  const isExpert = new Float32Array(numEnvs)
  // Of a step of the policy and the held ones that follow it with this chance, `randomShare` are random.
  const randomChance = randomShare / (randomShare + (1 - randomShare) * randomSteps)
  const stepsLeft = new Uint16Array(numEnvs)
  const held = new Float32Array(numEnvs * actionSize)
  return { expertFrom, isExpert, randomChance, randomSteps, stepsLeft, held, random }
}

function letExpertTakeOver({ expertFrom, isExpert }: Acting, step: number): void {
  for (const [k, from] of expertFrom.entries()) isExpert[k] = step >= from ? 1 : 0
}

function letExpertAct(isExpert: Float32Array, advice: Float32Array, mean: Float32Array): void {
  const size = mean.length / isExpert.length
  for (let env = 0; env < isExpert.length; env++) {
    if (isExpert[env] === 0) continue
    for (let k = env * size; k < (env + 1) * size; k++) mean[k] = advice[k]!
  }
}

/** Arms that the policy drives do anything now and then, and hold it (Dabney et al. 2020, arXiv 2006.01782). */
function actAtRandom(acting: Acting, actions: Float32Array): void {
  const { isExpert, randomChance, randomSteps, stepsLeft, held, random } = acting
  if (randomChance === 0) return
  const size = held.length / isExpert.length
  for (let env = 0; env < isExpert.length; env++) {
    if (isExpert[env] === 1) continue
    const action = held.subarray(env * size, (env + 1) * size)
    if (stepsLeft[env] === 0) {
      if (random.uniform() >= randomChance) continue
      for (let k = 0; k < size; k++) action[k] = random.between(-1, 1)
      stepsLeft[env] = randomSteps
    }
    actions.set(action, env * size)
    stepsLeft[env]!--
  }
}

function keepGoals(env: VecEnv, rollout: Rollout, t: number): void {
  const { steps, segments, numEnvs, goal } = rollout.shape
  const segment = Math.floor((t * segments) / steps)
  const size = numEnvs * goal
  env.oracle?.goals?.read(
    rollout.desired.subarray(segment * size, (segment + 1) * size),
    rollout.achieved.subarray(t * size, (t + 1) * size),
  )
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
