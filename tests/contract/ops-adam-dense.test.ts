import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import {
  adamStep,
  createAdamState,
  type DenseActivation,
  dense,
  disposeAdamState,
  snapshotAdamState,
} from '../../policy/ops/index.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { describeOnBackends, GOLDEN, relativeError, tensorOf, tidily } from './ops-backends.ts'

describeOnBackends('Adam and the dense layer', () => {
  it(
    'Adam with a norm limit follows PyTorch over several steps',
    tidily(async () => {
      const { adam } = GOLDEN
      const parameters = adam.start.map((p) => tf.variable(tensorOf(p)))
      const state = createAdamState(parameters)
      for (const step of adam.steps) {
        const gradients = step.gradients.map((g) => tensorOf(g))
        const norm = adamStep(parameters, gradients, state, adam)
        expect(Math.abs((await norm.data())[0]! / step.norm - 1)).toBeLessThan(1e-5)
        for (const [i, p] of parameters.entries()) {
          expect(await relativeError(p, step.parameters[i]!.values)).toBeLessThan(1e-6)
        }
      }
      for (const p of parameters) p.dispose()
      disposeAdamState(state)
    }),
  )

  it(
    'Adam goes on from a snapshot exactly where it stopped',
    tidily(async () => {
      const gradient = tf.tensor1d([0.3, -2, 0.5, 7, -0.01])
      const first = tf.variable(tf.tensor1d([1, 2, 3, 4, 5]))
      const state = createAdamState([first])
      adamStep([first], [gradient], state, { learningRate: 0.1 })
      const second = tf.variable(tf.tensor1d(await first.data()))
      const restored = createAdamState([second], await snapshotAdamState(state))
      adamStep([first], [gradient], state, { learningRate: 0.1 })
      adamStep([second], [gradient], restored, { learningRate: 0.1 })
      expect([...(await second.data())]).toEqual([...(await first.data())])
      for (const p of [first, second]) p.dispose()
      for (const s of [state, restored]) disposeAdamState(s)
    }),
  )

  it.each(['linear', 'relu', 'elu'] as DenseActivation[])(
    'the dense layer and its gradients agree with double precision: %s',
    (activation) =>
      tidily(async () => {
        const random = new RandomStream(5, activation.length)
        const draw = (n: number) => Array.from({ length: n }, () => Math.fround(random.normal()))
        const [rows, inputs, outputs] = [11, 7, 5]
        const [x, w, b] = [draw(rows * inputs), draw(inputs * outputs), draw(outputs)]
        const weight = draw(rows * outputs)
        const expected = denseReference({ x, w, b, weight }, rows, inputs, outputs, activation)
        const arguments_ = [
          tf.tensor2d(x, [rows, inputs]),
          tf.tensor2d(w, [inputs, outputs]),
          tf.tensor1d(b),
        ] as const
        const y = dense(...arguments_, activation)
        expect(await relativeError(y, expected.y)).toBeLessThan(2e-6)
        const upstream = tf.tensor2d(weight, [rows, outputs])
        const loss = (xi: tf.Tensor, wi: tf.Tensor, bi: tf.Tensor) =>
          tf.sum(
            tf.mul(dense(xi, wi as tf.Tensor2D, bi as tf.Tensor1D, activation), upstream),
          ) as tf.Tensor
        const gradients = tf.grads(loss)([...arguments_])
        expect(await relativeError(gradients[0]!, expected.dx)).toBeLessThan(2e-6)
        expect(await relativeError(gradients[1]!, expected.dw)).toBeLessThan(2e-6)
        expect(await relativeError(gradients[2]!, expected.db)).toBeLessThan(2e-6)
      })(),
  )

  it(
    'the dense layer keeps leading axes',
    tidily(async () => {
      const y = dense(tf.ones([2, 3, 4]), tf.ones([4, 5]), tf.zeros([5]))
      expect(y.shape).toEqual([2, 3, 5])
      expect([...(await y.data())]).toEqual(new Array(30).fill(4))
    }),
  )
})

interface DenseData {
  readonly x: number[]
  readonly w: number[]
  readonly b: number[]
  /** Gradient of the output. */
  readonly weight: number[]
}

/** The layer and its gradients by plain loops in double precision. */
function denseReference(
  { x, w, b, weight }: DenseData,
  rows: number,
  inputs: number,
  outputs: number,
  activation: DenseActivation,
) {
  const y = new Float64Array(rows * outputs)
  const dx = new Float64Array(rows * inputs)
  const dw = new Float64Array(inputs * outputs)
  const db = new Float64Array(outputs)
  for (let row = 0; row < rows; row++) {
    for (let o = 0; o < outputs; o++) {
      let z = b[o]!
      for (let i = 0; i < inputs; i++) z += x[row * inputs + i]! * w[i * outputs + o]!
      const below = activation === 'elu' ? Math.expm1(z) : 0
      const slopeBelow = activation === 'elu' ? Math.exp(z) : 0
      const active = activation === 'linear' || z > 0
      y[row * outputs + o] = active ? z : below
      const dz = weight[row * outputs + o]! * (active ? 1 : slopeBelow)
      db[o] = db[o]! + dz
      for (let i = 0; i < inputs; i++) {
        dx[row * inputs + i] = dx[row * inputs + i]! + dz * w[i * outputs + o]!
        dw[i * outputs + o] = dw[i * outputs + o]! + dz * x[row * inputs + i]!
      }
    }
  }
  return { y, dx, dw, db }
}
