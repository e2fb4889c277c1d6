import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../robot/model/random.ts'
import { describeOnBackends, type Listed, relativeError, tensorOf, tidily } from './ops-backends.ts'
import { RECURRENT_CELLS, type RecurrentCell } from './recurrent-cells.ts'

type Tensors = Record<string, tf.Tensor>
type Run = RecurrentCell['run']
type Sizes = readonly [steps: number, batch: number, inputs: number, hidden: number]

/** Σ over all outputs, each times its weights. */
function lossOf(outputs: Tensors, weights: Tensors): tf.Tensor {
  return tf.addN(Object.entries(outputs).map(([name, y]) => tf.sum(tf.mul(y, weights[name]!))))
}

/** Gradients of the loss in every argument but the mask, by name. */
function gradientsOf(run: Run, { mask, ...given }: Tensors, weights: Tensors): Tensors {
  const names = Object.keys(given)
  const loss = (...values: tf.Tensor[]) => {
    const named = Object.fromEntries(names.map((name, k) => [name, values[k]!]))
    return lossOf(run({ ...named, mask: mask! }), weights)
  }
  const gradients = tf.grads(loss)(Object.values(given))
  return Object.fromEntries(names.map((name, k) => [name, gradients[k]!]))
}

/** Arguments and weights of the outputs, normal; a share of the steps goes on with the state. */
function draw(cell: RecurrentCell, [steps, batch, inputs, hidden]: Sizes, keepShare: number) {
  const random = new RandomStream(11, steps, batch, inputs, hidden)
  const normal = (shape: number[], scale: number) =>
    tf.tensor(
      Array.from({ length: tf.util.sizeFromShape(shape) }, () => scale * random.normal()),
      shape,
    )
  const keep = Array.from({ length: steps * batch }, () => (random.uniform() < keepShare ? 1 : 0))
  const size = cell.numGates * hidden
  const [state, weight, bias] = [[batch, hidden], [hidden, size], [size]]
  const shapes: Record<string, [number[], number]> = {
    x: [[steps, batch, inputs], 1],
    ...Object.fromEntries(cell.states.map((name) => [name, [state, 0.5]])),
    wx: [[inputs, size], 0.3],
    wh: [weight, 1 / Math.sqrt(hidden)],
    ...Object.fromEntries(cell.biases.map((name) => [name, [bias, 0.1]])),
  }
  const args: Tensors = { mask: tf.tensor2d(keep, [steps, batch]) }
  for (const [name, [shape, scale]] of Object.entries(shapes)) args[name] = normal(shape, scale)
  const weights = { hs: normal([steps, batch, hidden], 1), cT: normal(state, 1) }
  return { args, weights }
}

/** The case that PyTorch worked out. */
function golden(cell: RecurrentCell) {
  const of = (name: string) => tensorOf(cell.golden[name] as Listed)
  const names = ['x', ...cell.states, 'mask', 'wx', 'wh', ...cell.biases]
  const args = Object.fromEntries(names.map((name) => [name, of(name)]))
  const weights = Object.fromEntries(
    Object.entries({ hs: 'weightHs', cT: 'weightCt' }).flatMap(([output, name]) =>
      name in cell.golden ? [[output, of(name)]] : [],
    ),
  )
  return { args, weights }
}

describeOnBackends('recurrent sequences', ({ isRowInvariant }) => {
  describe.each(RECURRENT_CELLS)('$name', (cell) => {
    const test = (name: string, body: () => Promise<void>) => it(name, tidily(body))

    test('gives the outputs of PyTorch, resets included', async () => {
      const outputs = cell.run(golden(cell).args)
      for (const [name, y] of Object.entries(outputs)) {
        expect(await relativeError(y, cell.golden[name]!.values), name).toBeLessThan(1e-6)
      }
    })

    test('gives the gradients of PyTorch in every argument', async () => {
      const { args, weights } = golden(cell)
      for (const [name, gradient] of Object.entries(gradientsOf(cell.run, args, weights))) {
        const expected = cell.golden[`d_${name}`]!.values
        expect(await relativeError(gradient, expected), name).toBeLessThan(3e-6)
      }
    })

    it.each<[string, Sizes, number]>([
      ['one step of one row', [1, 1, 3, 4], 1],
      ['a batch of one', [7, 1, 5, 8], 0.7],
      ['odd sizes', [5, 3, 13, 12], 0.7],
      ['every step a reset', [4, 6, 9, 8], 0],
      ['more rows than a block', [3, 130, 6, 20], 0.9],
      ['a hidden size no kernel takes', [3, 2, 4, 6], 0.8],
    ])('equals the composed one: %s', (_case, sizes, keepShare) =>
      tidily(async () => {
        const { args, weights } = draw(cell, sizes, keepShare)
        const expected = cell.composite(args)
        for (const [name, y] of Object.entries(cell.run(args))) {
          expect(await relativeError(y, await expected[name]!.data()), name).toBeLessThan(3e-6)
        }
        const composed = gradientsOf(cell.composite, args, weights)
        for (const [name, gradient] of Object.entries(gradientsOf(cell.run, args, weights))) {
          expect(await relativeError(gradient, await composed[name]!.data()), name).toBeLessThan(
            1e-5,
          )
        }
      })(),
    )

    test('has gradients too when the loss looks at the outputs alone', async () => {
      const { args, weights } = draw(cell, [4, 2, 3, 8], 0.8)
      const none = { ...weights, cT: tf.zerosLike(weights.cT) }
      const expected = gradientsOf(cell.composite, args, none)['wh']!
      const onOutputs = (wh: tf.Tensor) =>
        tf.sum(tf.mul(cell.run({ ...args, wh })['hs']!, weights.hs))
      const found = tf.grad(onOutputs)(args['wh']!)
      expect(await relativeError(found, await expected.data())).toBeLessThan(1e-5)
    })

    test('has the slope of central differences', async () => {
      const { args, weights } = draw(cell, [3, 2, 2, 4], 0.8)
      const gradients = gradientsOf(cell.run, args, weights)
      for (const name of ['x', ...cell.states, 'wx', 'wh', ...cell.biases]) {
        const values = await args[name]!.data()
        const gradient = await gradients[name]!.data()
        const lossAt = async (index: number, shift: number) => {
          const moved = Float32Array.from(values)
          moved[index]! += shift
          const shifted = { ...args, [name]: tf.tensor(moved, args[name]!.shape) }
          return (await lossOf(cell.run(shifted), weights).data())[0]!
        }
        for (let i = 0; i < values.length; i += 5) {
          const slope = ((await lossAt(i, 1e-2)) - (await lossAt(i, -1e-2))) / 2e-2
          const error = Math.abs(slope - gradient[i]!)
          expect(error, name).toBeLessThan(5e-3 * Math.max(1, Math.abs(slope)))
        }
      }
    })

    it.runIf(isRowInvariant)('gives a row of a batch bit for bit as alone', () => {
      tf.tidy(() => {
        const { args } = draw(cell, [3, 128, 7, 12], 0.7)
        const row = 77
        const pick = (name: string, t: tf.Tensor) => {
          if (name === 'x' || name === 'mask') return tf.slice(t, [0, row], [-1, 1])
          return cell.states.includes(name) ? tf.slice(t, row, 1) : t
        }
        const alone = Object.fromEntries(Object.entries(args).map(([n, t]) => [n, pick(n, t)]))
        const [expected] = Object.values(cell.run(args))
        const [found] = Object.values(cell.run(alone))
        const picked = tf.slice(expected!, [0, row], [-1, 1]).dataSync()
        expect([...found!.dataSync()]).toEqual([...picked])
      })
    })
  })
})
