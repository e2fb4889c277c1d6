import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { Ppo } from '../../policy/algorithms/ppo.ts'
import { startWasmBackend } from '../../policy/backends/wasm-backend.node.ts'
import { createLocalSource } from '../../policy/learning/local-source.ts'
import { SMALL_PPO } from '../policy/algorithms/small-ppo.ts'
import { RecallEnv } from '../policy/learning/recall-env.ts'

const NUM_ENVS = 16
const UPDATES = 1000
/** Till then arenas and compiled code still grow. */
const SETTLED = 200
const MOST_GROWTH = 24 * 2 ** 20

it(`${UPDATES} updates leave no tensor behind and take no more memory`, async () => {
  const backend = await startWasmBackend()
  const ppo = new Ppo({
    config: SMALL_PPO,
    sizes: { observation: 2, critic: 2, action: 1 },
    seed: 1,
  })
  const source = createLocalSource({
    env: new RecallEnv(NUM_ENVS),
    goalsPerEpisode: 1,
    chunkSteps: SMALL_PPO.chunkSteps,
    network: SMALL_PPO.network,
    horizon: 'terminated',
    nowS: () => 0,
  })
  let settled = { rss: 0, tensors: 0, bytes: 0 }
  const measure = () => {
    const { numTensors, numBytes } = tf.memory()
    return { rss: process.memoryUsage.rss(), tensors: numTensors, bytes: numBytes }
  }
  for (let iteration = 1; iteration <= UPDATES; iteration++) {
    const policy = await ppo.policy()
    const episode = iteration * NUM_ENVS
    const { rollouts } = await source.collect({ policy, seed: 7, iteration, episode, width: 1 })
    await ppo.update(rollouts, { iteration, pause: async () => {} })
    await ppo.save()
    if (iteration === SETTLED) settled = measure()
  }
  const { rss, ...tensors } = measure()
  expect(tensors).toEqual({ tensors: settled.tensors, bytes: settled.bytes })
  expect(rss - settled.rss).toBeLessThan(MOST_GROWTH)
  await source.close()
  ppo.dispose()
  backend.release()
})
