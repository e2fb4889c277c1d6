import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { lstmSequence } from '../../policy/ops/index.ts'
import { lstmSequenceComposite } from '../../policy/ops/lstm-sequence/composite.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { describeOnBackends, GOLDEN, relativeError, tensorOf, tidily } from './ops-backends.ts'

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

describeOnBackends('the LSTM sequence', () => {
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
})
