import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Algorithm } from '../../../policy/algorithms/algorithm.ts'
import { createAlgorithm, needsOf } from '../../../policy/algorithms/index.ts'
import type { AlgorithmConfig } from '../../../policy/algorithms/stages.schema.ts'
import type { Backend } from '../../../policy/backends/backend.ts'
import { startWasmBackend } from '../../../policy/backends/wasm-backend.node.ts'
import { createLocalSource } from '../../../policy/learning/local-source.ts'
import { RecallEnv } from '../learning/recall-env.ts'
import { SMALL_IMITATION } from './small-imitation.ts'
import { SMALL_PPO } from './small-ppo.ts'

const NUM_ENVS = 32
const CONFIG: AlgorithmConfig = {
  version: 1,
  kind: 'stages',
  stages: [
    { algorithm: SMALL_IMITATION, updates: 2 },
    { algorithm: { ...SMALL_PPO, criticUpdates: 1 }, updates: 1 },
  ],
}

let backend: Backend
beforeAll(async () => {
  backend = await startWasmBackend()
})
afterAll(() => backend.release())

describe('stages', () => {
  it('hand the policy on: what imitation has learnt is what PPO begins with', async () => {
    const { algorithm, learn } = start()
    await learn(1)
    expect(algorithm.collection(2).expertShare).toBeCloseTo(0.8, 12)
    expect(await learn(2)).toMatchObject({ stage: 0 })
    // From here on PPO acts; nobody asks the expert.
    expect(algorithm.collection(3)).toEqual({})
    const before = (await algorithm.policy()).actor
    // In its first update the critic alone learns.
    expect(await learn(3)).toMatchObject({ stage: 1, kl: expect.closeTo(0, 6) })
    expect((await algorithm.policy()).actor).toEqual(before)
    await learn(4)
    expect((await algorithm.policy()).actor.tensors.outW).not.toEqual(before.tensors.outW)
    algorithm.dispose()
  })

  it('go on bit-identically from what was saved, in whatever stage', async () => {
    for (const savedAfter of [1, 2, 3]) {
      const one = start()
      for (let k = 1; k <= savedAfter; k++) await one.learn(k)
      const other = start()
      other.algorithm.restore(await one.algorithm.save())
      for (let k = savedAfter + 1; k <= 4; k++) {
        expect(await other.learn(k)).toEqual(await one.learn(k))
      }
      expect(await other.algorithm.save()).toEqual(await one.algorithm.save())
      one.algorithm.dispose()
      other.algorithm.dispose()
    }
  })

  it('go on to the next stage though the last update of one was taken back', async () => {
    const { algorithm, learn } = start()
    await learn(1)
    const before = await algorithm.save()
    expect(await learn(2)).toMatchObject({ stage: 0 })
    algorithm.restore(before)
    expect(algorithm.collection(3).expertShare).toBeGreaterThan(0)
    expect(await learn(3)).toMatchObject({ stage: 0 })
    expect(await learn(4)).toMatchObject({ stage: 1 })
    algorithm.dispose()
  })

  it.each([
    ['chunkSteps, found 8 and 4', { chunkSteps: 4 }],
    ['network.normClip, found 6 and 9', { network: { ...SMALL_PPO.network, normClip: 9 } }],
  ])('must agree on %s', (message, change) => {
    const [first, second] = CONFIG.stages as [(typeof CONFIG.stages)[0], (typeof CONFIG.stages)[0]]
    const other = { ...second, algorithm: { ...SMALL_PPO, ...change } }
    expect(() => needsOf({ ...CONFIG, stages: [first, other] })).toThrow(
      `stages must agree on ${message}`,
    )
  })
})

function start() {
  const needs = needsOf(CONFIG)
  const source = createLocalSource({
    ...needs,
    env: new RecallEnv(NUM_ENVS),
    goalsPerEpisode: 1,
    expert: 'scripted',
    nowS: () => 0,
  })
  const algorithm: Algorithm = createAlgorithm(CONFIG, { sizes: source.shape, seed: 1 })
  const learn = async (iteration: number) => {
    const { rollouts } = await source.collect({
      policy: await algorithm.policy(),
      seed: 7,
      iteration,
      episode: iteration * NUM_ENVS,
      width: 1,
      ...algorithm.collection(iteration),
    })
    return algorithm.update(rollouts, { iteration, pause: async () => {} })
  }
  return { algorithm, learn }
}
