import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ppoGradients } from '../../dist/policy/algorithms/ppo-gradients.js'
import { startWasmBackend } from '../../dist/policy/backends/wasm-backend.node.js'
import {
  type GradientThreads,
  startGradientThreads,
} from '../../dist/policy/learning/gradient-threads.node.js'
import { roomToPrepare } from '../../dist/policy/learning/prepared-rollout.js'
import { rolloutBytes, rolloutOn } from '../../dist/policy/learning/rollout.js'
import { cutIntoSequences, type Sequence, tensorsOf } from '../../dist/policy/learning/sequences.js'
import {
  actorCriticShapes,
  actorCriticVector,
  createActorCritic,
} from '../../dist/policy/networks/actor-critic.js'
import { RandomStream } from '../../robot/model/random.ts'
import { SMALL_PPO } from '../policy/algorithms/small-ppo.ts'

/** With an expert's advice, so that its labels travel too. */
const CONFIG = { ...SMALL_PPO, expertWeight: 0.1 }
const SIZES = { observation: 5, critic: 6, action: 2 }
const NUM_ENVS = 15
const SHAPES = actorCriticShapes({ network: CONFIG.network, sizes: SIZES })

const backend = await startWasmBackend()
let one: GradientThreads
let three: GradientThreads
beforeAll(async () => {
  one = await start(1)
  three = await start(3)
})
afterAll(async () => {
  await Promise.all([one.close(), three.close()])
  backend.release()
})

let random: RandomStream
beforeEach(() => {
  random = new RandomStream(11)
})

describe('gradients by several threads', () => {
  it('are those of one thread to float32 rounding, however the sequences divide', async () => {
    const networks = drawNetworks()
    const sequences = drawSequences()
    for (const [threads, length] of [
      [one, 30],
      [one, 7],
      [three, 30],
      [three, 6],
      [three, 2],
      [one, 1],
    ] as const) {
      const minibatch = sequences.slice(0, length)
      const expected = read(tf.tidy(() => ppoGradients(networks, tensorsOf(minibatch), CONFIG)))
      const found = read(await threads.compute(networks, minibatch))
      for (const name of ['actor', 'critic', 'figures'] as const) {
        expect(distance(found[name], expected[name])).toBeLessThan(1e-5)
      }
    }
  })

  it('follow the weights as they change', async () => {
    const networks = drawNetworks()
    const minibatch = drawSequences()
    const first = read(await one.compute(networks, minibatch))
    networks.actor.assign(drawVector(networks.actor.layout.size, 0.3))
    const second = read(await one.compute(networks, minibatch))
    const alone = read(tf.tidy(() => ppoGradients(networks, tensorsOf(minibatch), CONFIG)))
    expect(distance(second.actor, first.actor)).toBeGreaterThan(0.1)
    expect(distance(second.actor, alone.actor)).toBeLessThan(1e-5)
  })

  it('follow the rollouts as they change, and as others take their place', async () => {
    const networks = drawNetworks()
    const [before, other] = [drawSequences(), drawSequences()]
    const alone = (minibatch: readonly Sequence[]) =>
      read(tf.tidy(() => ppoGradients(networks, tensorsOf(minibatch), CONFIG)))
    const first = read(await one.compute(networks, before))
    before[0]!.source.advantage.fill(0.5)
    const changed = read(await one.compute(networks, before))
    expect(distance(changed.actor, first.actor)).toBeGreaterThan(0.1)
    expect(distance(changed.actor, alone(before).actor)).toBeLessThan(1e-5)
    const mixed = [...other.slice(0, 9), ...before.slice(0, 9)]
    for (const minibatch of [other, mixed, before]) {
      const found = read(await one.compute(networks, minibatch))
      expect(distance(found.actor, alone(minibatch).actor)).toBeLessThan(1e-5)
    }
  })

  it('are refused for rollouts that no other thread can see', async () => {
    const sequences = drawSequences((bytes) => new ArrayBuffer(bytes))
    await expect(one.compute(drawNetworks(), sequences)).rejects.toMatchObject({
      code: 'POLICY_TRAINING_FAILED',
      hint: expect.stringContaining('gradientWorkers: 0'),
    })
  })

  it('repeat to the last bit, also with other threads', async () => {
    const networks = drawNetworks()
    const minibatch = drawSequences()
    const first = read(await three.compute(networks, minibatch))
    expect(read(await three.compute(networks, minibatch))).toEqual(first)
    const others = await start(3)
    expect(read(await others.compute(networks, minibatch))).toEqual(first)
    await others.close()
  })

  it('leave no tensors behind', async () => {
    const networks = drawNetworks()
    const minibatch = drawSequences()
    read(await one.compute(networks, minibatch))
    const before = tf.memory().numTensors
    read(await one.compute(networks, minibatch))
    expect(tf.memory().numTensors).toBe(before)
  })

  it('fail with a code when a thread has ended', async () => {
    const threads = await start(1)
    await threads.close()
    await expect(threads.compute(drawNetworks(), drawSequences())).rejects.toMatchObject({
      code: 'POLICY_TRAINING_FAILED',
    })
  })
})

function start(count: number): Promise<GradientThreads> {
  const { chunkSteps, network } = CONFIG
  return startGradientThreads({
    count,
    config: CONFIG,
    shapes: SHAPES,
    minibatch: {
      steps: chunkSteps,
      batch: 2 * NUM_ENVS,
      ...SIZES,
      state: 2 * network.hidden,
      label: SIZES.action,
    },
    nowS: () => 0,
  })
}

function drawNetworks() {
  const { whole, actor, critic } = actorCriticVector(SHAPES)
  whole.set(drawVector(whole.length, 0.3))
  return createActorCritic(SHAPES, { actor, critic })
}

/** Sequences of random data, two for each arm; some clear the recurrent state on the way. */
function drawSequences(allocate: (bytes: number) => ArrayBufferLike = one.allocate) {
  const { chunkSteps, network } = CONFIG
  const steps = 2 * chunkSteps
  const shape = {
    ...{
      steps,
      segments: 1,
      numEnvs: NUM_ENVS,
      chunkSteps,
      state: 2 * network.hidden,
      label: SIZES.action,
      goal: 0,
    },
    ...SIZES,
  }
  const rollout = rolloutOn(shape, allocate(rolloutBytes(shape)))
  const rows = steps * NUM_ENVS
  rollout.action.set(drawVector(rollout.action.length))
  rollout.label.set(drawVector(rollout.label.length))
  rollout.logProb.set(drawVector(rows).map((value) => value - 2))
  rollout.keepState.set(drawVector(rows).map((value) => (value > -1.5 ? 1 : 0)))
  rollout.chunkState.set(drawVector(rollout.chunkState.length, 0.5))
  const prepared = roomToPrepare(rollout, allocate)
  for (const values of [
    prepared.observation,
    prepared.critic,
    prepared.advantage,
    prepared.target,
  ]) {
    values.set(drawVector(values.length))
  }
  return cutIntoSequences([prepared])
}

function drawVector(length: number, scale = 1): Float32Array {
  return Float32Array.from({ length }, () => scale * random.normal())
}

/** Copies the values and disposes the tensors. */
function read({ actor, critic, figures }: Awaited<ReturnType<GradientThreads['compute']>>) {
  const values = (tensors: readonly tf.Tensor[]) => tensors.flatMap((t) => [...t.dataSync()])
  const copy = { actor: values(actor), critic: values(critic), figures: values([figures]) }
  tf.dispose([figures, ...actor, ...critic])
  return copy
}

/** Euclidean distance relative to the length of `expected`. */
function distance(found: readonly number[], expected: readonly number[]): number {
  const difference = found.map((value, k) => value - expected[k]!)
  return Math.hypot(...difference) / Math.hypot(...expected)
}
