import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Imitation } from '../../../policy/algorithms/imitation.ts'
import { imitationLoss } from '../../../policy/algorithms/imitation-loss.ts'
import type { Backend } from '../../../policy/backends/backend.ts'
import { startWasmBackend } from '../../../policy/backends/wasm-backend.node.ts'
import { joinDemonstrations } from '../../../policy/learning/demonstrations.ts'
import { createLocalSource } from '../../../policy/learning/local-source.ts'
import type { RolloutSource } from '../../../policy/learning/rollout-source.ts'
import { RecallEnv } from '../learning/recall-env.ts'
import { SMALL_IMITATION } from './small-imitation.ts'

const SIZES = { observation: 2, action: 1 }
const NUM_ENVS = 64

let backend: Backend
beforeAll(async () => {
  backend = await startWasmBackend()
})
afterAll(() => backend.release())

describe('the loss of imitation', () => {
  it('is the mean squared error of the rows that count', () => {
    // ((1 - 0)² + (2 - 0)²) / 2 = 2.5 and ((0 - 1)² + (0 + 1)²) / 2 = 1; the third row does not count.
    const loss = tf.tidy(() =>
      imitationLoss(
        tf.tensor2d([1, 2, 0, 0, 9, 9], [3, 2]),
        tf.tensor2d([0, 0, 1, -1, 0, 0], [3, 2]),
        tf.tensor1d([1, 1, 0]),
      ).arraySync(),
    )
    expect(loss).toBeCloseTo((2.5 + 1) / 2, 6)
  })
})

describe('Imitation', () => {
  it('learns from the expert what it has to remember, though it acts itself in the end', async () => {
    const source = recallSource()
    const student = new Imitation({ config: SMALL_IMITATION, sizes: SIZES, seed: 1 })
    expect(student.collection(1).expertShare).toBe(1)
    const losses: number[] = []
    for (let iteration = 1; iteration <= 20; iteration++) {
      losses.push((await learnOnce(student, source, iteration))['imitationLoss']!)
    }
    expect(student.collection(20).expertShare).toBe(0)
    // Who remembers nothing is 0.5 off, whatever the bit.
    expect(losses[0]).toBeGreaterThan(0.2)
    expect(losses.at(-1)).toBeLessThan(0.02)
    expect(await numRight(student, source)).toBe(NUM_ENVS)
    student.dispose()
  })

  it('goes on bit-identically from what it saved', async () => {
    const source = recallSource()
    const one = new Imitation({ config: SMALL_IMITATION, sizes: SIZES, seed: 1 })
    await learnOnce(one, source, 1)
    const other = new Imitation({ config: SMALL_IMITATION, sizes: SIZES, seed: 1 })
    other.restore(await one.save())
    const figures = await learnOnce(one, source, 2)
    expect(await learnOnce(other, source, 2)).toEqual(figures)
    expect(await other.save()).toEqual(await one.save())
    one.dispose()
    other.dispose()
  })

  it('learns from episodes that others have played, of any length, and only from these', async () => {
    const episodes = [-1, 1, -1, 1].map((bit, k) => {
      const steps = 6 + k
      const observation = Float32Array.from({ length: 2 * steps }, (_, i) =>
        i === 0 ? bit : i % 2 === 1 ? 1 : 0,
      )
      return { observation, action: new Float32Array(steps).fill(0.5 * bit) }
    })
    const demonstrations = joinDemonstrations(episodes, { ...SIZES, chunkSteps: 8 })
    expect(demonstrations).toMatchObject({ steps: 16, numEnvs: 4 })
    const student = new Imitation({
      config: SMALL_IMITATION,
      sizes: SIZES,
      seed: 1,
      demonstrations,
    })
    expect(student.collection(1)).toEqual({})
    const source = recallSource('without an expert')
    for (let iteration = 1; iteration <= 40; iteration++) {
      await learnOnce(student, source, iteration)
    }
    expect(await numRight(student, source)).toBe(NUM_ENVS)
    student.dispose()
  })

  it('holds no more tensors after an update than before', async () => {
    const source = recallSource()
    const student = new Imitation({ config: SMALL_IMITATION, sizes: SIZES, seed: 1 })
    await learnOnce(student, source, 1)
    const before = tf.memory().numTensors
    await learnOnce(student, source, 2)
    expect(tf.memory().numTensors).toBe(before)
    student.dispose()
  })
})

async function learnOnce(student: Imitation, source: RolloutSource, iteration: number) {
  const { rollouts } = await source.collect({
    policy: await student.policy(),
    seed: 7,
    iteration,
    episode: iteration * NUM_ENVS,
    width: 1,
    ...student.collection(iteration),
  })
  return student.update(rollouts, { iteration, pause: async () => {} })
}

async function numRight(student: Imitation, source: RolloutSource): Promise<number> {
  const request = { policy: await student.averagedPolicy(), seed: 99, width: 1, episodes: NUM_ENVS }
  const { finalDistanceM } = await source.evaluate(request)
  return finalDistanceM.filter((distance) => distance < 0.05).length
}

function recallSource(expert?: 'without an expert'): RolloutSource {
  return createLocalSource({
    env: new RecallEnv(NUM_ENVS),
    goalsPerEpisode: 1,
    chunkSteps: SMALL_IMITATION.chunkSteps,
    network: SMALL_IMITATION.network,
    horizon: 'terminated',
    ...(expert === undefined && { expert: 'scripted' }),
    nowS: () => 0,
  })
}
