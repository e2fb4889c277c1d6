import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Backend } from '../../policy/backends/backend.ts'
import { startCpuBackend } from '../../policy/backends/cpu-backend.ts'
import { startWasmBackend } from '../../policy/backends/wasm-backend.node.ts'
import {
  adamStep,
  createAdamState,
  type DenseActivation,
  dense,
  disposeAdamState,
  lstmSequence,
  snapshotAdamState,
} from '../../policy/ops/index.ts'
import { lstmSequenceComposite } from '../../policy/ops/lstm-sequence/composite.ts'
import { RandomStream } from '../../robot/model/random.ts'

interface Listed {
  readonly shape: number[]
  readonly values: number[]
}

interface Golden {
  readonly lstm: Record<string, Listed>
  readonly adam: {
    readonly learningRate: number
    readonly maxNorm: number
    readonly start: Listed[]
    readonly steps: { gradients: Listed[]; norm: number; parameters: Listed[] }[]
  }
}

/** From PyTorch in double precision; see tests/golden/lstm_golden.py. */
const GOLDEN = JSON.parse(
  readFileSync(new URL('../golden/lstm.golden.json', import.meta.url), 'utf8'),
) as Golden

const tensorOf = <T extends tf.Tensor>({ shape, values }: Listed) => tf.tensor(values, shape) as T

/** Largest difference relative to the largest expected magnitude. */
function relativeError(found: tf.Tensor, expected: ArrayLike<number>): number {
  const values = found.dataSync()
  expect(values.length).toBe(expected.length)
  let error = 0
  let scale = 1e-30
  for (let i = 0; i < expected.length; i++) {
    error = Math.max(error, Math.abs(values[i]! - expected[i]!))
    scale = Math.max(scale, Math.abs(expected[i]!))
  }
  return error / scale
}

type LstmArguments = Parameters<typeof lstmSequence>
type Differentiable = [tf.Tensor3D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor1D]

/** Gradients of Σ hs·wHs + Σ cT·wCt to x, h0, c0, wx, wh, b. */
function lstmGradients(
  run: typeof lstmSequence,
  [x, h0, c0, mask, wx, wh, b]: LstmArguments,
  weightHs: tf.Tensor,
  weightCt: tf.Tensor,
): tf.Tensor[] {
  const loss = (...inputs: tf.Tensor[]) => {
    const [xi, hi, ci, wxi, whi, bi] = inputs as Differentiable
    const { hs, cT } = run(xi, hi, ci, mask, wxi, whi, bi)
    return tf.add(tf.sum(tf.mul(hs, weightHs)), tf.sum(tf.mul(cT, weightCt)))
  }
  return tf.grads(loss)([x, h0, c0, wx, wh, b])
}

function randomLstm(
  [steps, batch, inputs, hidden]: readonly [number, number, number, number],
  keepShare: number,
): { run: LstmArguments; weightHs: tf.Tensor; weightCt: tf.Tensor } {
  const random = new RandomStream(11, steps, batch, inputs, hidden)
  const draw = <T extends tf.Tensor>(shape: number[], scale = 1) => {
    const size = tf.util.sizeFromShape(shape)
    return tf.tensor(
      Array.from({ length: size }, () => scale * random.normal()),
      shape,
    ) as T
  }
  const mask = tf.tensor2d(
    Array.from({ length: steps * batch }, () => (random.uniform() < keepShare ? 1 : 0)),
    [steps, batch],
  )
  const weights = 1 / Math.sqrt(hidden)
  return {
    run: [
      draw<tf.Tensor3D>([steps, batch, inputs]),
      draw<tf.Tensor2D>([batch, hidden], 0.5),
      draw<tf.Tensor2D>([batch, hidden], 0.5),
      mask,
      draw<tf.Tensor2D>([inputs, 4 * hidden], 0.3),
      draw<tf.Tensor2D>([hidden, 4 * hidden], weights),
      draw<tf.Tensor1D>([4 * hidden], 0.1),
    ],
    weightHs: draw([steps, batch, hidden]),
    weightCt: draw([batch, hidden]),
  }
}

type Start = () => Promise<Backend>

const BACKENDS: [name: string, start: Start][] = [
  ['cpu, composite', startCpuBackend],
  ['wasm, composite', () => startWasmBackend({ kernels: 'composite' })],
  ['wasm, plain SIMD', () => startWasmBackend({ kernels: 'simd' })],
  ['wasm, fastest', () => startWasmBackend()],
]

describe.each(BACKENDS)('learning ops (%s)', (_name, start) => {
  let backend: Backend
  let tensorsBefore = 0

  beforeAll(async () => {
    backend = await start()
    tensorsBefore = tf.memory().numTensors
  })

  afterAll(() => {
    expect(tf.memory().numTensors).toBe(tensorsBefore)
    backend.release()
  })

  /** Runs a test's body in a tidy, so that only real leaks are left at the end. */
  const tidily = (body: () => void) => () => {
    tf.tidy(body)
  }

  const goldenLstm = () => {
    const of = <T extends tf.Tensor>(name: string) => tensorOf<T>(GOLDEN.lstm[name]!)
    const run: LstmArguments = [
      of('x'),
      of('h0'),
      of('c0'),
      of('mask'),
      of('wx'),
      of('wh'),
      of('b'),
    ]
    return { run, weightHs: of('weightHs'), weightCt: of('weightCt') }
  }

  it(
    'the LSTM sequence gives the outputs of PyTorch, resets included',
    tidily(() => {
      const { hs, cT } = lstmSequence(...goldenLstm().run)
      expect(relativeError(hs, GOLDEN.lstm['hs']!.values)).toBeLessThan(1e-6)
      expect(relativeError(cT, GOLDEN.lstm['cT']!.values)).toBeLessThan(1e-6)
    }),
  )

  it(
    'the LSTM sequence gives the gradients of PyTorch in every argument',
    tidily(() => {
      const { run, weightHs, weightCt } = goldenLstm()
      const gradients = lstmGradients(lstmSequence, run, weightHs, weightCt)
      for (const [i, name] of ['x', 'h0', 'c0', 'wx', 'wh', 'b'].entries()) {
        expect(relativeError(gradients[i]!, GOLDEN.lstm[`d_${name}`]!.values)).toBeLessThan(2e-6)
      }
    }),
  )

  it.each([
    ['one step of one row', [1, 1, 3, 4], 1],
    ['a batch of one', [7, 1, 5, 8], 0.7],
    ['odd sizes', [5, 3, 13, 12], 0.7],
    ['every step a reset', [4, 6, 9, 8], 0],
    ['more rows than a block', [3, 130, 6, 20], 0.9],
    ['a hidden size no kernel takes', [3, 2, 4, 6], 0.8],
  ] as const)('the LSTM sequence equals the composed one: %s', (_case, sizes, keepShare) => {
    tf.tidy(() => {
      const { run, weightHs, weightCt } = randomLstm(sizes, keepShare)
      const expected = lstmSequenceComposite(...run)
      const found = lstmSequence(...run)
      expect(relativeError(found.hs, expected.hs.dataSync())).toBeLessThan(3e-6)
      expect(relativeError(found.cT, expected.cT.dataSync())).toBeLessThan(3e-6)
      const gradients = lstmGradients(lstmSequence, run, weightHs, weightCt)
      const composed = lstmGradients(lstmSequenceComposite, run, weightHs, weightCt)
      for (const [i, gradient] of gradients.entries()) {
        expect(relativeError(gradient, composed[i]!.dataSync())).toBeLessThan(1e-5)
      }
    })
  })

  it(
    'a loss on the outputs alone has gradients too',
    tidily(() => {
      const { run, weightHs, weightCt } = randomLstm([4, 2, 3, 8], 0.8)
      const none = tf.zerosLike(weightCt)
      const expected = lstmGradients(lstmSequenceComposite, run, weightHs, none)
      const [x, h0, c0, mask, wx, wh, b] = run
      const onOutputs = (w: tf.Tensor) =>
        tf.sum(tf.mul(lstmSequence(x, h0, c0, mask, wx, w as tf.Tensor2D, b).hs, weightHs))
      expect(relativeError(tf.grad(onOutputs)(wh), expected[4]!.dataSync())).toBeLessThan(1e-5)
    }),
  )

  it(
    'the LSTM gradient agrees with central differences',
    tidily(() => {
      const { run, weightHs, weightCt } = randomLstm([3, 2, 2, 4], 0.8)
      const gradient = lstmGradients(lstmSequence, run, weightHs, weightCt)[3]!.dataSync()
      const wx = run[4].dataSync()
      const lossAt = (index: number, shift: number) => {
        const moved = wx.slice()
        moved[index] = moved[index]! + shift
        const shifted: LstmArguments = [...run]
        shifted[4] = tf.tensor2d(moved, run[4].shape)
        const { hs, cT } = lstmSequence(...shifted)
        const parts = [tf.sum(tf.mul(hs, weightHs)), tf.sum(tf.mul(cT, weightCt))]
        return parts[0]!.dataSync()[0]! + parts[1]!.dataSync()[0]!
      }
      for (let i = 0; i < wx.length; i += 5) {
        const slope = (lossAt(i, 1e-2) - lossAt(i, -1e-2)) / 2e-2
        expect(Math.abs(slope - gradient[i]!)).toBeLessThan(5e-3 * Math.max(1, Math.abs(slope)))
      }
    }),
  )

  it(
    'Adam with a norm limit follows PyTorch over several steps',
    tidily(() => {
      const { adam } = GOLDEN
      const parameters = adam.start.map((p) => tf.variable(tensorOf(p)))
      const state = createAdamState(parameters)
      for (const step of adam.steps) {
        const gradients = step.gradients.map((g) => tensorOf(g))
        const norm = adamStep(parameters, gradients, state, adam)
        expect(Math.abs(norm.dataSync()[0]! / step.norm - 1)).toBeLessThan(1e-5)
        for (const [i, p] of parameters.entries()) {
          expect(relativeError(p, step.parameters[i]!.values)).toBeLessThan(1e-6)
        }
      }
      for (const p of parameters) p.dispose()
      disposeAdamState(state)
    }),
  )

  it(
    'Adam goes on from a snapshot exactly where it stopped',
    tidily(() => {
      const gradient = tf.tensor1d([0.3, -2, 0.5, 7, -0.01])
      const first = tf.variable(tf.tensor1d([1, 2, 3, 4, 5]))
      const state = createAdamState([first])
      adamStep([first], [gradient], state, { learningRate: 0.1 })
      const second = tf.variable(tf.tensor1d(first.dataSync()))
      const restored = createAdamState([second], snapshotAdamState(state))
      adamStep([first], [gradient], state, { learningRate: 0.1 })
      adamStep([second], [gradient], restored, { learningRate: 0.1 })
      expect([...second.dataSync()]).toEqual([...first.dataSync()])
      for (const p of [first, second]) p.dispose()
      for (const s of [state, restored]) disposeAdamState(s)
    }),
  )

  it.each(['linear', 'relu', 'elu'] as DenseActivation[])(
    'the dense layer and its gradients agree with double precision: %s',
    (activation) => {
      tf.tidy(() => {
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
        expect(relativeError(y, expected.y)).toBeLessThan(2e-6)
        const upstream = tf.tensor2d(weight, [rows, outputs])
        const loss = (xi: tf.Tensor, wi: tf.Tensor, bi: tf.Tensor) =>
          tf.sum(
            tf.mul(dense(xi, wi as tf.Tensor2D, bi as tf.Tensor1D, activation), upstream),
          ) as tf.Tensor
        const gradients = tf.grads(loss)([...arguments_])
        expect(relativeError(gradients[0]!, expected.dx)).toBeLessThan(2e-6)
        expect(relativeError(gradients[1]!, expected.dw)).toBeLessThan(2e-6)
        expect(relativeError(gradients[2]!, expected.db)).toBeLessThan(2e-6)
      })
    },
  )

  it(
    'the dense layer keeps leading axes',
    tidily(() => {
      const y = dense(tf.ones([2, 3, 4]), tf.ones([4, 5]), tf.zeros([5]))
      expect(y.shape).toEqual([2, 3, 5])
      expect([...y.dataSync()]).toEqual(new Array(30).fill(4))
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
