import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { criticTargets } from '../../../policy/algorithms/critic-targets.ts'
import type { HindsightConfig } from '../../../policy/algorithms/hindsight.schema.ts'
import { Hindsight } from '../../../policy/algorithms/hindsight.ts'
import type { Backend } from '../../../policy/backends/backend.ts'
import { startWasmBackend } from '../../../policy/backends/wasm-backend.node.ts'
import { createLocalSource } from '../../../policy/learning/local-source.ts'
import type { RolloutSource } from '../../../policy/learning/rollout-source.ts'
import { PLACE_THRESHOLD_M, PlaceEnv } from '../learning/place-env.ts'

const NUM_ENVS = 32
const CONFIG: HindsightConfig = {
  version: 1,
  kind: 'hindsight',
  network: { embed: 16, hidden: 16, head: 32, normClip: 5 },
  discount: 0.8,
  traceDecay: 0,
  horizon: 'terminated',
  chunkSteps: 6,
  replayEpisodes: 1024,
  batchEpisodes: 64,
  minibatches: 30,
  waitRollouts: 3,
  movedShare: 0,
  relabelShare: 0.6,
  expertShare: 0,
  takeOver: 0,
  demonstrationWeight: 0,
  demonstrationFilter: true,
  randomShare: 0.2,
  randomSteps: 1,
  noise: 0.2,
  targetNoise: { std: 0.1, clip: 0.2 },
  targetRate: 0.1,
  actorEvery: 2,
  meanPenalty: 0.05,
  meanLimit: 0,
  learningRate: { actor: 2e-3, critic: 4e-3 },
  gradientNorm: 5,
  normaliserUpdates: 5,
  averaging: 0.9,
}

const HASTY: HindsightConfig = { ...CONFIG, waitRollouts: 0, minibatches: 3 }

let backend: Backend
beforeAll(async () => {
  backend = await startWasmBackend()
})
afterAll(() => backend.release())

describe('targets of the critics', () => {
  const reward = [
    [-1, 0],
    [-1, -1],
  ]
  const next = [
    [-99, -99],
    [-0.5, -20],
  ]

  it('add the discounted value of the next state, within what rewards can add up to', () => {
    // -1 + 0.9·(-0.5) = -1.45; 0 + 0.9·(-20) = -18, but all that can be lost is 1/(1 - 0.9) = 10.
    expect(targets('terminated')).toEqual({ target: [-1.45, -10, -1, -1], weight: [1, 1, 1, 1] })
  })

  it('do not count the last step where the future was only cut off', () => {
    expect(targets('truncated').weight).toEqual([1, 1, 0, 0])
  })

  it('look on along the episode as far as the trace goes', () => {
    // The last step: -1. Before: -1 + 0.9·(0.5·(-0.5) + 0.5·(-1)) = -1.675; 0 + 0.9·(-10 - 0.5) = -9.45.
    expect(targets('terminated', 0.5).target).toEqual([-1.675, -9.45, -1, -1])
    // Cut off there: -1 + 0.9·(-0.5) = -1.45 by any trace, as only the value is known.
    expect(targets('truncated', 0.5).target[0]).toEqual(-1.45)
  })

  function targets(horizon: 'terminated' | 'truncated', traceDecay = 0) {
    return tf.tidy(() => {
      const [r, v] = [Float32Array.from(reward.flat()), tf.tensor2d(next)]
      const { target, weight } = criticTargets(r, v, { discount: 0.9, traceDecay, horizon })
      const round = (x: number) => Math.round(x * 1e5) / 1e5
      return { target: [...target.dataSync()].map(round), weight: [...weight.dataSync()] }
    })
  }
})

describe('Hindsight', () => {
  it('learns from rewards of 0 and -1 to go to places, recalling where it began', async () => {
    const source = placeSource()
    const learner = create(source)
    for (let iteration = 1; iteration <= 40; iteration++)
      await learnOnce(learner, source, iteration)
    expect(await shareThere(learner, source)).toBeGreaterThan(0.75)
    learner.dispose()
  }, 300_000)

  it('learns sooner where an expert takes over and is imitated', async () => {
    const source = placeSource('scripted')
    const shown = { expertShare: 0.5, takeOver: 1, demonstrationWeight: 5 }
    const learner = create(source, { ...CONFIG, ...shown, demonstrationFilter: false })
    for (let iteration = 1; iteration <= 10; iteration++)
      await learnOnce(learner, source, iteration)
    expect(await shareThere(learner, source)).toBeGreaterThan(0.75)
    learner.dispose()
    const alone = create(source)
    for (let iteration = 1; iteration <= 10; iteration++) await learnOnce(alone, source, iteration)
    expect(await shareThere(alone, source)).toBeLessThan(0.6)
    alone.dispose()
  }, 300_000)

  it('goes on bit-identically from what it saved, the replay included', async () => {
    const source = placeSource()
    const one = create(source, HASTY)
    for (let iteration = 1; iteration <= 2; iteration++) await learnOnce(one, source, iteration)
    const other = create(source, HASTY)
    other.restore(await one.save())
    const figures = await learnOnce(one, source, 3)
    expect(await learnOnce(other, source, 3)).toEqual(figures)
    expect(await other.save()).toEqual(await one.save())
    one.dispose()
    other.dispose()
  })

  it('holds no more tensors after an update than before, and none at the end', async () => {
    const begun = tf.memory().numTensors
    const source = placeSource()
    const learner = create(source, HASTY)
    for (let iteration = 1; iteration <= 2; iteration++) await learnOnce(learner, source, iteration)
    const before = tf.memory().numTensors
    await learnOnce(learner, source, 3)
    expect(tf.memory().numTensors).toBe(before)
    learner.dispose()
    expect(tf.memory().numTensors).toBe(begun)
  })
})

function create(source: RolloutSource, config = CONFIG): Hindsight {
  const { shape } = source
  return new Hindsight({ config, sizes: shape, goals: shape.goals!, seed: 1 })
}

async function learnOnce(learner: Hindsight, source: RolloutSource, iteration: number) {
  const { rollouts } = await source.collect({
    policy: await learner.policy(),
    seed: 7,
    iteration,
    episode: iteration * NUM_ENVS,
    width: 1,
    ...learner.collection(),
  })
  return learner.update(rollouts, { iteration, pause: async () => {} })
}

async function shareThere(learner: Hindsight, source: RolloutSource): Promise<number> {
  const request = { policy: await learner.averagedPolicy(), seed: 99, width: 1, episodes: 64 }
  const { finalDistanceM } = await source.evaluate(request)
  return finalDistanceM.filter((distance) => distance < PLACE_THRESHOLD_M).length / 64
}

function placeSource(expert?: 'scripted'): RolloutSource {
  return createLocalSource({
    env: new PlaceEnv(NUM_ENVS),
    goalsPerEpisode: 1,
    chunkSteps: CONFIG.chunkSteps,
    network: CONFIG.network,
    horizon: CONFIG.horizon,
    keepsGoals: true,
    expert,
    nowS: () => 0,
  })
}
