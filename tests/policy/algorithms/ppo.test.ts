import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { Ppo } from '../../../policy/algorithms/ppo.ts'
import { startCpuBackend } from '../../../policy/backends/cpu-backend.ts'
import { createLocalSource } from '../../../policy/learning/local-source.ts'
import type { RolloutSource } from '../../../policy/learning/rollout-source.ts'
import { RecallEnv } from '../learning/recall-env.ts'
import { SMALL_PPO } from './small-ppo.ts'

const SIZES = { observation: 2, critic: 2, action: 1 }
const pause = async () => {}

beforeAll(async () => {
  await startCpuBackend()
})

describe('Ppo', () => {
  it('learns to recall a bit that it saw only in the first step', async () => {
    const source = recallSource(64, 8)
    const ppo = new Ppo({ config: SMALL_PPO, sizes: SIZES, seed: 1 })
    for (let iteration = 1; iteration <= 25; iteration++) await learnOnce(ppo, source, iteration)
    const outcome = await source.evaluate({
      policy: ppo.policy(),
      seed: 99,
      width: 1,
      episodes: 64,
    })
    const numRight = outcome.finalDistanceM.filter((distance) => distance < 0.05).length
    expect(numRight).toBeGreaterThan(60)
    ppo.dispose()
  })
})

async function learnOnce(ppo: Ppo, source: RolloutSource, iteration: number) {
  source.request({ policy: ppo.policy(), seed: 7, iteration, episode: iteration * 64, width: 1 })
  const { rollouts } = await source.next()
  return ppo.update(rollouts, { iteration, pause })
}

function recallSource(numEnvs: number, chunkSteps: number): RolloutSource {
  return createLocalSource({
    env: new RecallEnv(numEnvs),
    goalsPerEpisode: 1,
    chunkSteps,
    hidden: SMALL_PPO.network.hidden,
    horizon: 'terminated',
    nowS: () => 0,
  })
}
