import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { ppoLoss } from '../../policy/ops/index.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { describeOnBackends, relativeError, tidily } from './ops-backends.ts'

const ROWS = 13
const SIZE = 3
const OPTIONS = { clip: 0.2, dualClip: 1.5, valueWeight: 0.7, meanPenalty: 0.3, meanLimit: 0.5 }

type Numbers = readonly number[]

/** The loss as its papers write it, in double precision. */
function lossOf(mean: Numbers, logStd: Numbers, values: Numbers, past: typeof PAST): number {
  const { clip, dualClip, valueWeight, meanPenalty, meanLimit } = OPTIONS
  let sum = 0
  for (let row = 0; row < ROWS; row++) {
    let logProb = 0
    for (let j = 0; j < SIZE; j++) {
      const [at, sigma] = [row * SIZE + j, Math.exp(logStd[j]!)]
      const density =
        Math.exp(-0.5 * ((past.action[at]! - mean[at]!) / sigma) ** 2) /
        (sigma * Math.sqrt(2 * Math.PI))
      logProb += Math.log(density)
      sum += (meanPenalty * Math.max(Math.abs(mean[at]!) - meanLimit, 0) ** 2) / SIZE
    }
    const ratio = Math.exp(logProb - past.logProb[row]!)
    const bounded = Math.max(1 - clip, Math.min(1 + clip, ratio))
    const clipped = Math.min(ratio * past.advantage[row]!, bounded * past.advantage[row]!)
    sum -= past.advantage[row]! < 0 ? Math.max(clipped, dualClip * past.advantage[row]!) : clipped
    sum += valueWeight * (values[row]! - past.target[row]!) ** 2
  }
  return sum / ROWS
}

const random = new RandomStream(31)
const draw = (length: number, shift = 0) =>
  Array.from({ length }, () => Math.fround(random.normal() + shift))
const MEAN = draw(ROWS * SIZE)
const LOG_STD = draw(SIZE)
const VALUES = draw(ROWS)
/** Ratios on both sides of both bounds, for good actions and bad ones. */
const PAST = {
  action: MEAN.map((mu) => Math.fround(mu + 0.3 * random.normal())),
  logProb: draw(ROWS, -2.5),
  advantage: draw(ROWS),
  target: draw(ROWS),
}

/** Slope of the loss in one number of one argument. */
function slope(argument: 0 | 1 | 2, k: number): number {
  const STEP = 1e-6
  const at = (change: number) => {
    const all: [number[], number[], number[]] = [[...MEAN], [...LOG_STD], [...VALUES]]
    all[argument][k] = all[argument][k]! + change
    return lossOf(...all, PAST)
  }
  return (at(STEP) - at(-STEP)) / (2 * STEP)
}

describeOnBackends('the loss of PPO', () => {
  it(
    'and its gradients agree with double precision, whatever weighs it',
    tidily(async () => {
      const experience = {
        action: tf.tensor2d(PAST.action, [ROWS, SIZE]),
        logProb: tf.tensor1d(PAST.logProb),
        advantage: tf.tensor1d(PAST.advantage),
        target: tf.tensor1d(PAST.target),
      }
      const weighed = (mean: tf.Tensor, logStd: tf.Tensor, values: tf.Tensor) => {
        const prediction = { mean, logStd, values } as Parameters<typeof ppoLoss>[0]
        return tf.mul(ppoLoss(prediction, experience, OPTIONS).loss, 0.25) as tf.Scalar
      }
      const { value, grads } = tf.valueAndGrads(weighed)([
        tf.tensor2d(MEAN, [ROWS, SIZE]),
        tf.tensor1d(LOG_STD),
        tf.tensor1d(VALUES),
      ])
      expect(await relativeError(value, [0.25 * lossOf(MEAN, LOG_STD, VALUES, PAST)])).toBeLessThan(
        1e-6,
      )
      for (const [k, gradient] of grads.entries()) {
        const expected = Array.from({ length: gradient.size }, (_, i) => {
          return 0.25 * slope(k as 0 | 1 | 2, i)
        })
        expect(await relativeError(gradient, expected)).toBeLessThan(1e-5)
      }
    }),
  )
})
