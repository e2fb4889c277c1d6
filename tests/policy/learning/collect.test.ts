import { describe, expect, it } from 'vitest'
import { createLocalSource } from '../../../policy/learning/local-source.ts'
import { BOUNDARY } from '../../../policy/learning/rollout.ts'
import type { ActingPolicy } from '../../../policy/learning/rollout-source.ts'
import { exportActor, initialActorWeights } from '../../../policy/networks/actor.ts'
import { createNormaliser } from '../../../policy/networks/running-normaliser.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { PlaceEnv } from './place-env.ts'
import { RecallEnv } from './recall-env.ts'

const SHAPE = { observation: 2, embed: 4, hidden: 4, head: 4, action: 1 }
const NUM_ENVS = 3
const POLICY: ActingPolicy = {
  actor: exportActor({
    shape: SHAPE,
    flat: initialActorWeights(SHAPE, -0.5, new RandomStream(1)),
    normaliser: createNormaliser(2),
    normClip: 6,
  }),
  logStd: Float32Array.of(-0.5),
}
const REQUEST = { policy: POLICY, seed: 1, iteration: 1, episode: 0, width: 0.5 }

async function collect(options: { goals: number; horizon: 'terminated' | 'truncated' }) {
  const env = new RecallEnv(NUM_ENVS)
  const source = createLocalSource({
    env,
    goalsPerEpisode: options.goals,
    chunkSteps: 4,
    network: SHAPE,
    horizon: options.horizon,
    nowS: () => 0,
  })
  const { rollouts } = await source.collect(REQUEST)
  return { env, rollout: rollouts[0]! }
}

describe('a rollout', () => {
  it('marks its end as the horizon is meant', async () => {
    for (const horizon of ['terminated', 'truncated'] as const) {
      const { rollout } = await collect({ goals: 1, horizon })
      const last = rollout.boundary.slice(-NUM_ENVS)
      expect([...last]).toEqual(Array(NUM_ENVS).fill(BOUNDARY[horizon]))
      expect(rollout.boundary.slice(0, -NUM_ENVS).every((mark) => mark === 0)).toBe(true)
    }
  })

  it('begins with cleared recurrent state and stores it before each chunk', async () => {
    const { rollout } = await collect({ goals: 1, horizon: 'terminated' })
    expect([...rollout.keepState.slice(0, NUM_ENVS)]).toEqual([0, 0, 0])
    expect(rollout.keepState.slice(NUM_ENVS).every((keep) => keep === 1)).toBe(true)
    const perChunk = NUM_ENVS * 2 * SHAPE.hidden
    expect(rollout.chunkState.slice(0, perChunk).every((x) => x === 0)).toBe(true)
    expect(rollout.chunkState.slice(perChunk).some((x) => x !== 0)).toBe(true)
  })

  it('ends the value, but not the memory, at a new goal in the same physics', async () => {
    const { env, rollout } = await collect({ goals: 2, horizon: 'terminated' })
    expect(env.newGoals).toBe(1)
    expect(env.resets).toHaveLength(1)
    expect(rollout.shape.steps).toBe(16)
    expect(rollout.boundary[7 * NUM_ENVS]).toBe(BOUNDARY.terminated)
    expect(rollout.keepState[8 * NUM_ENVS]).toBe(1)
    expect(rollout.finalDistanceM).toHaveLength(2 * NUM_ENVS)
    // The critic input kept for a boundary is the state reached: time 8/8, not the next goal's 0.
    expect(rollout.finalCritic[1]).toBe(1)
    expect(rollout.critic[8 * NUM_ENVS * 2 + 1]).toBe(0)
  })

  it('tells where an expert took over, which then drives to the end', async () => {
    const numEnvs = 40
    const env = new PlaceEnv(numEnvs)
    const [chunkSteps, horizon] = [6, 'truncated'] as const
    const setting = { env, goalsPerEpisode: 1, chunkSteps, network: SHAPE, horizon, nowS: () => 0 }
    const source = createLocalSource({ ...setting, keepsGoals: true, expert: 'scripted' })
    const logStd = Float32Array.of(-20)
    const request = { ...REQUEST, policy: { ...POLICY, logStd } }
    const { rollouts } = await source.collect({ ...request, expertShare: 0.5, takeOver: 1 })
    const { action, label, shown } = rollouts[0]!
    const times = Array.from({ length: numEnvs }, (_, k) =>
      Array.from({ length: env.episodeSteps }, (_, t) => shown[t * numEnvs + k]!),
    )
    for (const each of times) expect(each).toEqual(each.toSorted())
    const begins = times.map((each) => each.indexOf(1))
    // Of 40, half: 20 ± 4 deviations of 3.2; anywhere in six steps.
    expect(Math.abs(begins.filter((t) => t >= 0).length - 20)).toBeLessThan(13)
    expect(new Set(begins).size).toBeGreaterThan(4)
    for (const [at, isExpert] of shown.entries()) {
      if (isExpert === 1) expect(action[at]).toBeCloseTo(label[at]!, 5)
    }
  })

  it('is the same for the same request', async () => {
    const first = await collect({ goals: 1, horizon: 'terminated' })
    const second = await collect({ goals: 1, horizon: 'terminated' })
    expect(second.rollout).toEqual(first.rollout)
  })

  it('records the Gaussian log-probability of each action', async () => {
    const { rollout } = await collect({ goals: 1, horizon: 'terminated' })
    const std = Math.exp(-0.5)
    // Mean action of a fresh network is near 0 (output weights × 0.1), so z is near action / std.
    for (let k = 0; k < NUM_ENVS; k++) {
      const z = rollout.action[k]! / std
      const expected = -0.5 * z * z - Math.log(std * Math.sqrt(2 * Math.PI))
      expect(Math.abs(rollout.logProb[k]! - expected)).toBeLessThan(0.25)
    }
  })

  it('counts what a diverged simulation gave and lets none of it through', async () => {
    const env = new RecallEnv(NUM_ENVS)
    const step = env.step.bind(env)
    env.step = (actions) => {
      step(actions)
      env.observation[1] = Number.NaN
      env.reward[0] = Number.POSITIVE_INFINITY
    }
    const source = createLocalSource({
      env,
      goalsPerEpisode: 1,
      chunkSteps: 4,
      network: SHAPE,
      horizon: 'terminated',
      nowS: () => 0,
    })
    const { rollouts, numNonFinite } = await source.collect(REQUEST)
    // Eight rewards, and seven observations: the one after the last step is not used.
    expect(numNonFinite).toBe(15)
    const { observation, reward, action } = rollouts[0]!
    for (const array of [observation, reward, action]) {
      expect(array.every(Number.isFinite)).toBe(true)
    }
  })

  it('holds what is done at random, and does it for its share of the steps', async () => {
    const NUM = 300
    const source = createLocalSource({
      env: new RecallEnv(NUM),
      goalsPerEpisode: 4,
      chunkSteps: 4,
      network: SHAPE,
      horizon: 'terminated',
      nowS: () => 0,
    })
    // Without noise, what the policy does is near 0.
    const policy = { ...POLICY, logStd: Float32Array.of(-20) }
    const request = { ...REQUEST, policy, randomShare: 0.3, randomSteps: 4 }
    const { rollouts } = await source.collect(request)
    const { action, logProb } = rollouts[0]!
    const steps = logProb.length / NUM
    const at = (t: number, env: number) => action[t * NUM + env]!
    const isRandom = (t: number, env: number) => Math.abs(at(t, env)) > 0.2
    let count = 0
    for (let env = 0; env < NUM; env++) {
      let length = 0
      for (let t = 0; t < steps; t++) {
        if (isRandom(t, env) && t >= steps / 2) count++
        if (t > 0 && isRandom(t, env) && at(t, env) === at(t - 1, env)) length++
        else {
          if (t > 0 && isRandom(t - 1, env)) expect(length).toBe(3)
          length = 0
        }
      }
    }
    // Uniform in -1..1, a fifth of the random actions is not told from the policy's.
    const share = count / (NUM * (steps / 2)) / 0.8
    expect(Math.abs(share - 0.3)).toBeLessThan(0.03)
  })

  it('refuses chunks that do not fit the episode', () => {
    const options = { goalsPerEpisode: 1, chunkSteps: 3, network: SHAPE, nowS: () => 0 }
    expect(() =>
      createLocalSource({ ...options, env: new RecallEnv(1), horizon: 'terminated' }),
    ).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})
