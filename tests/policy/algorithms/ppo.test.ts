import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needsOf } from '../../../policy/algorithms/index.ts'
import { Ppo } from '../../../policy/algorithms/ppo.ts'
import { ppoGradients } from '../../../policy/algorithms/ppo-gradients.ts'
import type { Backend } from '../../../policy/backends/backend.ts'
import { startWasmBackend } from '../../../policy/backends/wasm-backend.node.ts'
import { createLocalSource } from '../../../policy/learning/local-source.ts'
import {
  minibatchBytes,
  minibatchOn,
  minibatchTensors,
} from '../../../policy/learning/minibatch.ts'
import type { RolloutSource } from '../../../policy/learning/rollout-source.ts'
import { actorForward } from '../../../policy/networks/actor.ts'
import {
  actorCriticShapes,
  actorCriticVector,
  createActorCritic,
} from '../../../policy/networks/actor-critic.ts'
import { ppoLoss } from '../../../policy/ops/index.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { RecallEnv } from '../learning/recall-env.ts'
import { SMALL_PPO } from './small-ppo.ts'

const SIZES = { observation: 2, critic: 2, action: 1 }
const NUM_ENVS = 64
const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI)

let backend: Backend
beforeAll(async () => {
  backend = await startWasmBackend()
})
afterAll(() => backend.release())

describe('Ppo', () => {
  it('learns to recall a bit that it saw only in the first step', async () => {
    const source = recallSource()
    const ppo = new Ppo({ config: SMALL_PPO, sizes: SIZES, seed: 1 })
    for (let iteration = 1; iteration <= 25; iteration++) await learnOnce(ppo, source, iteration)
    expect(await numRight(ppo, source)).toBeGreaterThan(60)
    ppo.dispose()
  })

  it('repeats the acting policy exactly, from the recurrent states stored at each chunk', async () => {
    // One update too small to matter: any error of state, order or normaliser would show as KL.
    const learningRate = { initial: 1e-12, min: 1e-12, max: 1e-12 }
    const once = { chunkSteps: 4, epochs: 1, normaliserUpdates: 0, learningRate }
    const ppo = new Ppo({ config: { ...SMALL_PPO, ...once }, sizes: SIZES, seed: 2 })
    const figures = await learnOnce(ppo, recallSource(4), 1)
    expect(Math.abs(figures['kl']!)).toBeLessThan(1e-6)
    expect(figures['clipFraction']).toBe(0)
    ppo.dispose()
  })

  it('learns from fewer sequences than there are minibatches', async () => {
    const config = { ...SMALL_PPO, minibatches: 8 }
    const ppo = new Ppo({ config, sizes: SIZES, seed: 1 })
    const figures = await learnOnce(ppo, recallSource(SMALL_PPO.chunkSteps, 2), 1)
    expect(Object.values(figures).every(Number.isFinite)).toBe(true)
    ppo.dispose()
  })

  it('scales returns by the first rollouts that it learns from, whatever number their update has', async () => {
    const scales = []
    for (const iteration of [1, 2]) {
      const ppo = new Ppo({ config: SMALL_PPO, sizes: SIZES, seed: 2 })
      const { rollouts } = await collectOnce(ppo, recallSource(), 1)
      for (const { reward } of rollouts) reward.set(reward.map((each) => 50 * each))
      scales.push((await ppo.update(rollouts, { iteration, pause: async () => {} }))['returnScale'])
      ppo.dispose()
    }
    expect(scales[0]).toBeGreaterThan(10)
    expect(scales[1]).toBe(scales[0])
  })

  it('goes on bit-identically from what it saved', async () => {
    const source = recallSource()
    const ppo = new Ppo({ config: SMALL_PPO, sizes: SIZES, seed: 1 })
    await learnOnce(ppo, source, 1)
    const other = new Ppo({ config: SMALL_PPO, sizes: SIZES, seed: 1 })
    other.restore(await ppo.save())
    const figures = await learnOnce(ppo, source, 2)
    expect(await learnOnce(other, source, 2)).toEqual(figures)
    expect(await other.save()).toEqual(await ppo.save())
    ppo.dispose()
    other.dispose()
  })

  it('starts from the weights and normaliser of a trained actor, with a fresh spread', async () => {
    const source = recallSource()
    const teacher = new Ppo({ config: SMALL_PPO, sizes: SIZES, seed: 1 })
    await learnOnce(teacher, source, 1)
    const { actor } = await teacher.policy()
    const student = new Ppo({ config: SMALL_PPO, sizes: SIZES, seed: 5, warmStart: actor })
    const { tensors } = (await student.policy()).actor
    expect(tensors.lstmWx).toEqual(actor.tensors.lstmWx)
    for (const [k, std] of actor.tensors.normStd.entries()) {
      expect(tensors.normStd[k]).toBeCloseTo(std, 5)
    }
    await learnOnce(student, source, 2)
    expect((await student.policy()).actor.tensors.normMean).toEqual(actor.tensors.normMean)
    teacher.dispose()
    student.dispose()
  })

  it('begins its running KL with the first update of the actor, after those of the critic alone', async () => {
    const source = recallSource()
    const ppo = new Ppo({ config: { ...SMALL_PPO, criticUpdates: 2 }, sizes: SIZES, seed: 1 })
    const runningKl = async () => (await ppo.save())['ppo']![1]!
    await learnOnce(ppo, source, 1)
    await learnOnce(ppo, source, 2)
    expect(await runningKl()).toBeLessThan(1e-6)
    const { kl } = await learnOnce(ppo, source, 3)
    expect(kl).toBeGreaterThan(1e-4)
    expect(await runningKl()).toBeCloseTo(kl!, 9)
    ppo.dispose()
  })

  it('refuses arrays of another network', async () => {
    const ppo = new Ppo({ config: SMALL_PPO, sizes: SIZES, seed: 1 })
    const wider = new Ppo({ config: SMALL_PPO, sizes: { ...SIZES, critic: 3 }, seed: 1 })
    const invalid = expect.objectContaining({ code: 'POLICY_CHECKPOINT_INVALID' })
    const saved = await wider.save()
    expect(() => ppo.restore(saved)).toThrow(invalid)
    expect(() => ppo.restore({})).toThrow(invalid)
    ppo.dispose()
    wider.dispose()
  })

  it('holds no more tensors after an update than before', async () => {
    const source = recallSource()
    const ppo = new Ppo({ config: SMALL_PPO, sizes: SIZES, seed: 1 })
    await learnOnce(ppo, source, 1)
    const before = tf.memory().numTensors
    await learnOnce(ppo, source, 2)
    expect(tf.memory().numTensors).toBe(before)
    ppo.dispose()
  })
})

describe('what the expert says', () => {
  const sizes = { steps: 2, batch: 3, observation: 2, critic: 2, action: 2, state: 32, label: 2 }
  const shapes = actorCriticShapes({
    network: SMALL_PPO.network,
    sizes: { observation: 2, critic: 2, action: 2 },
  })

  /** Gradients of the action means' bias, and the sum over rows of mean − label. */
  function biasGradients(expertWeight: number) {
    const random = new RandomStream(3)
    const { whole, actor, critic } = actorCriticVector(shapes)
    for (let k = 0; k < whole.length; k++) whole[k] = 0.3 * random.normal()
    const networks = createActorCritic(shapes, { actor, critic })
    const arrays = minibatchOn(sizes, new ArrayBuffer(minibatchBytes(sizes)))
    for (const values of Object.values(arrays)) {
      for (let k = 0; k < values.length; k++) values[k] = 0.5 * random.normal()
    }
    arrays.mask.fill(1)
    const found = tf.tidy(() => {
      const batch = minibatchTensors(sizes, arrays)
      const names = networks.actor.named(networks.actor.variables)
      const mean = actorForward(networks.shape, names, batch)
      const gradients = ppoGradients(networks, batch, { ...SMALL_PPO, expertWeight })
      const bias = networks.actor.variables.indexOf(names.outB as tf.Variable)
      gradients.figures.dispose()
      const misses = tf.sum(tf.sub(mean, batch.label), 0)
      return { bias: [...gradients.actor[bias]!.dataSync()], misses: [...misses.dataSync()] }
    })
    networks.actor.dispose()
    networks.critic.dispose()
    return found
  }

  it('pulls the action means by the gradient of their squared error, as much as it weighs', () => {
    const [without, withIt] = [biasGradients(0), biasGradients(0.3)]
    for (const [k, miss] of without.misses.entries()) {
      // d/db of 0.3 · Σ (mean − label)² / (6 rows · 2 actions)
      const expected = (0.3 * 2 * miss) / 12
      expect(withIt.bias[k]! - without.bias[k]!).toBeCloseTo(expected, 5)
      expect(Math.abs(expected)).toBeGreaterThan(0.01)
    }
  })

  it('is asked for only where it weighs something', () => {
    expect(needsOf(SMALL_PPO).asksExpert).toBe(false)
    const kickstarted = { ...SMALL_PPO, expertWeight: 0.1 }
    expect(needsOf(kickstarted).asksExpert).toBe(true)
    expect(needsOf(kickstarted, true).asksExpert).toBe(true)
  })
})

describe('ppoLoss', () => {
  const config = { clip: 0.2, dualClip: 3, valueWeight: 0.5, meanPenalty: 0.05, meanLimit: 1.2 }
  /** Two rows, one action: log-std 0, actions 0 and 1 at means 0 and 2. */
  const lossOf = (advantage: [number, number], dualClip = 3) =>
    tf.tidy(() => {
      const { loss, figures } = ppoLoss(
        {
          mean: tf.tensor2d([0, 2], [2, 1]),
          logStd: tf.tensor1d([0]),
          values: tf.tensor1d([1, 2]),
        },
        {
          action: tf.tensor2d([0, 1], [2, 1]),
          // Row 0: ratio 1. Row 1: log-probability −0.5 − c now and −1 − c before: ratio √e = 1.6487.
          logProb: tf.tensor1d([-LOG_SQRT_2PI, -1 - LOG_SQRT_2PI]),
          advantage: tf.tensor1d(advantage),
          target: tf.tensor1d([2, 5]),
        },
        { ...config, dualClip },
      )
      return { loss: loss.dataSync()[0]!, figures: [...figures.dataSync()] }
    })
  // Value loss (1 + 9) / 2 = 5; penalty 0.05 · (0 + 0.8²) / 2 = 0.016.
  const REST = 0.5 * 5 + 0.016

  it('caps what a good action may gain at ratio 1.2', () => {
    // −(1·1 + 1.2·1) / 2 = −1.1
    const { loss, figures } = lossOf([1, 1])
    expect(loss).toBeCloseTo(-1.1 + REST, 5)
    expect(figures[0]).toBeCloseTo(-1.1, 5)
    expect(figures[1]).toBeCloseTo(5, 5)
    // KL estimate 2 (1 − √ratio)²: (0 + 2 · (1 − 1.284025)²) / 2; half the rows were clipped.
    expect(figures[2]).toBeCloseTo(0.0806704, 5)
    expect(figures[3]).toBeCloseTo(0.5, 6)
  })

  it('does not cap what a bad action loses', () => {
    // −(1·(−1) + 1.64872·(−1)) / 2 = 1.32436
    expect(lossOf([-1, -1]).loss).toBeCloseTo(1.324361 + REST, 5)
  })

  it('caps that too, far beyond', () => {
    // −(1·(−1) + 1.5·(−1)) / 2 = 1.25
    expect(lossOf([-1, -1], 1.5).loss).toBeCloseTo(1.25 + REST, 5)
  })

  it('estimates KL alike where both policies are near, and bounded where they are far', () => {
    const random = new RandomStream(8)
    const ROWS = 20_000
    const klOf = (distance: number) =>
      tf.tidy(() => {
        const action = Float32Array.from({ length: ROWS }, () => random.normal())
        const zeros = tf.zeros<tf.Rank.R1>([ROWS])
        const { figures } = ppoLoss(
          {
            mean: tf.fill([ROWS, 1], distance),
            logStd: tf.tensor1d([0]),
            values: zeros,
          },
          {
            action: tf.tensor2d(action, [ROWS, 1]),
            logProb: tf.tensor1d(action.map((z) => -0.5 * z * z - LOG_SQRT_2PI)),
            advantage: zeros,
            target: zeros,
          },
          config,
        )
        return figures.dataSync()[2]!
      })
    // Normal distributions a distance d apart: KL d²/2, four squared Hellinger distances 4 (1 − exp(−d²/8)).
    expect(klOf(0.2)).toBeCloseTo(0.02, 2.5)
    expect(klOf(1)).toBeCloseTo(4 * (1 - Math.exp(-1 / 8)), 1)
    expect(klOf(6)).toBeLessThan(4)
  })
})

async function learnOnce(ppo: Ppo, source: RolloutSource, iteration: number) {
  const { rollouts } = await collectOnce(ppo, source, iteration)
  return ppo.update(rollouts, { iteration, pause: async () => {} })
}

async function collectOnce(ppo: Ppo, source: RolloutSource, iteration: number) {
  const episode = iteration * NUM_ENVS
  return source.collect({ policy: await ppo.policy(), seed: 7, iteration, episode, width: 1 })
}

async function numRight(ppo: Ppo, source: RolloutSource): Promise<number> {
  const request = { policy: await ppo.policy(), seed: 99, width: 1, episodes: NUM_ENVS }
  const { finalDistanceM } = await source.evaluate(request)
  return finalDistanceM.filter((distance) => distance < 0.05).length
}

function recallSource(chunkSteps = SMALL_PPO.chunkSteps, numEnvs = NUM_ENVS): RolloutSource {
  return createLocalSource({
    env: new RecallEnv(numEnvs),
    goalsPerEpisode: 1,
    chunkSteps,
    network: SMALL_PPO.network,
    horizon: 'terminated',
    nowS: () => 0,
  })
}
