import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { startCpuBackend } from '../../../policy/backends/cpu-backend.ts'
import {
  actorForward,
  actorLayout,
  exportActor,
  importActor,
  initialActorWeights,
} from '../../../policy/networks/actor.ts'
import {
  createNormaliser,
  mergeRows,
  normaliseRows,
} from '../../../policy/networks/running-normaliser.ts'
import { TrainedWeights } from '../../../policy/networks/trained-weights.ts'
import { createReferenceRunner } from '../../../policy/runtime/reference-runner.ts'
import { RandomStream } from '../../../robot/model/random.ts'

const SHAPE = { observation: 3, embed: 8, hidden: 8, head: 8, action: 2 }
const STEPS = 5
const BATCH = 2

beforeAll(async () => {
  await startCpuBackend()
})

describe('the actor', () => {
  it.each([
    ['lstm', SHAPE],
    ['gru', { ...SHAPE, memory: 'gru' }],
    ['none', { ...SHAPE, memory: 'none' }],
    ['history', { ...SHAPE, memory: 'history', frames: 4 }],
  ] as const)('says over a whole sequence what the runtime says step by step: %s', (_, shape) => {
    const random = new RandomStream(3)
    const flat = initialActorWeights(shape, -0.5, random)
    // The second begins anew in the fourth step.
    const mask = Float32Array.of(1, 1, 1, 1, 1, 1, 1, 0, 1, 1)
    const normaliser = createNormaliser(SHAPE.observation)
    const observations = Float32Array.from({ length: STEPS * BATCH * 3 }, () => random.normal() * 4)
    mergeRows(normaliser, observations)

    const runner = createReferenceRunner(
      exportActor({ shape, flat, normaliser, normClip: 6 }),
      BATCH,
    )
    const state = new Float32Array(BATCH * runner.stateSize)
    const expected = new Float32Array(STEPS * BATCH * 2)
    for (let t = 0; t < STEPS; t++) {
      for (let b = 0; b < BATCH; b++) {
        const begin = b * runner.stateSize
        if (mask[t * BATCH + b] === 0) state.fill(0, begin, begin + runner.stateSize)
      }
      const rows = observations.subarray(t * BATCH * 3, (t + 1) * BATCH * 3)
      runner.step(rows, state, expected.subarray(t * BATCH * 2, (t + 1) * BATCH * 2))
    }

    const x = new Float32Array(observations.length)
    normaliseRows(normaliser, 6, observations, x)
    const weights = new TrainedWeights(actorLayout(shape), flat)
    const found = tf.tidy(() =>
      actorForward(shape, weights.named(weights.variables), {
        x: tf.tensor3d(x, [STEPS, BATCH, 3]),
        state: tf.zeros([BATCH, runner.stateSize]),
        mask: tf.tensor2d(mask, [STEPS, BATCH]),
      }).dataSync(),
    )
    weights.dispose()
    for (const [k, value] of expected.entries()) {
      expect(Math.abs(found[k]! - value)).toBeLessThan(1e-6)
    }
  })

  it('keeps its weights through export and import', () => {
    const flat = initialActorWeights(SHAPE, -0.5, new RandomStream(4))
    const normaliser = createNormaliser(SHAPE.observation)
    const exported = exportActor({ shape: SHAPE, flat, normaliser, normClip: 6 })
    expect(importActor(exported, -0.5)).toEqual(flat)
  })

  it('releases every tensor it made', async () => {
    const before = tf.memory().numTensors
    const weights = new TrainedWeights(
      actorLayout(SHAPE),
      initialActorWeights(SHAPE, 0, new RandomStream(1)),
    )
    weights.fill('logStd', 0.3)
    weights.restore('a', await weights.save('a'))
    weights.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})
