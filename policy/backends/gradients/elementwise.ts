import * as tf from '@tensorflow/tfjs-core'
import { type GradientTable, reduceTo } from './gradient-table.ts'

/** Derivatives of unary functions of `x`, where the output `y` is cheaper to use than the input. */
const FROM_OUTPUT: Readonly<Record<string, (dy: tf.Tensor, y: tf.Tensor) => tf.Tensor>> = {
  [tf.Exp]: (dy, y) => tf.mul(dy, y),
  [tf.Sigmoid]: (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y))),
  [tf.Tanh]: (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y))),
  [tf.Sqrt]: (dy, y) => tf.div(dy, tf.mul(y, 2)),
  [tf.Relu]: (dy, y) => tf.mul(dy, tf.step(y)),
  [tf.Elu]: (dy, y) => tf.mul(dy, tf.add(tf.minimum(y, 0), 1)),
}

const FROM_INPUT: Readonly<Record<string, (dy: tf.Tensor, x: tf.Tensor) => tf.Tensor>> = {
  [tf.Abs]: (dy, x) => tf.mul(dy, tf.sub(tf.step(x), tf.step(tf.neg(x)))),
  [tf.Cos]: (dy, x) => tf.neg(tf.mul(dy, tf.sin(x))),
  [tf.Sin]: (dy, x) => tf.mul(dy, tf.cos(x)),
  [tf.Log]: (dy, x) => tf.div(dy, x),
  [tf.Log1p]: (dy, x) => tf.div(dy, tf.add(x, 1)),
  [tf.Square]: (dy, x) => tf.mul(dy, tf.mul(x, 2)),
  [tf.Softplus]: (dy, x) => tf.mul(dy, tf.sigmoid(x)),
  [tf.Rsqrt]: (dy, x) => tf.neg(tf.div(dy, tf.mul(tf.mul(x, 2), tf.sqrt(x)))),
  [tf.Reciprocal]: (dy, x) => tf.neg(tf.div(dy, tf.square(x))),
}

const LINEAR: Readonly<Record<string, (dy: tf.Tensor) => tf.Tensor>> = {
  [tf.Neg]: (dy) => tf.neg(dy),
  [tf.Identity]: (dy) => tf.clone(dy),
  [tf.Cast]: (dy) => tf.cast(dy, 'float32'),
  [tf.Step]: (dy) => tf.zerosLike(dy),
  [tf.ZerosLike]: (dy) => tf.zerosLike(dy),
  [tf.OnesLike]: (dy) => tf.zerosLike(dy),
  [tf.Floor]: (dy) => tf.zerosLike(dy),
}

type Binary = (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor

/** Derivatives of `f(a, b)` to each argument; broadcasting is undone afterwards. */
const BINARY: Readonly<Record<string, readonly [toA: Binary, toB: Binary]>> = {
  [tf.Add]: [(dy) => dy, (dy) => dy],
  [tf.Sub]: [(dy) => dy, (dy) => tf.neg(dy)],
  [tf.Multiply]: [(dy, _a, b) => tf.mul(dy, b), (dy, a) => tf.mul(dy, a)],
  [tf.RealDiv]: [
    (dy, _a, b) => tf.div(dy, b),
    (dy, a, b) => tf.neg(tf.div(tf.mul(dy, a), tf.square(b))),
  ],
  [tf.Maximum]: [
    (dy, a, b) => tf.mul(dy, tf.cast(tf.greaterEqual(a, b), 'float32')),
    (dy, a, b) => tf.mul(dy, tf.cast(tf.less(a, b), 'float32')),
  ],
  [tf.Minimum]: [
    (dy, a, b) => tf.mul(dy, tf.cast(tf.lessEqual(a, b), 'float32')),
    (dy, a, b) => tf.mul(dy, tf.cast(tf.greater(a, b), 'float32')),
  ],
  [tf.SquaredDifference]: [
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(a, b), 2)),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(b, a), 2)),
  ],
  [tf.Pow]: [
    (dy, a, b) => tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.pow(a, b), tf.log(a))),
  ],
}

function binaryGradient(name: string, [toA, toB]: readonly [Binary, Binary]): tf.GradConfig {
  return {
    kernelName: name,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor]
      return {
        a: () => reduceTo(toA(dy as tf.Tensor, a, b), a.shape),
        b: () => reduceTo(toB(dy as tf.Tensor, a, b), b.shape),
      }
    },
  }
}

/** Comparisons are flat almost everywhere; they must have a gradient for the tape to pass them. */
const COMPARISONS = [tf.Greater, tf.GreaterEqual, tf.Less, tf.LessEqual, tf.Equal, tf.NotEqual]

const flat: Binary = (dy) => tf.zerosLike(tf.cast(dy, 'float32'))

const unary = (
  name: string,
  from: 'x' | 'y',
  slope: (dy: tf.Tensor, saved: tf.Tensor) => tf.Tensor,
): tf.GradConfig => ({
  kernelName: name,
  ...(from === 'x' ? { inputsToSave: ['x'] } : { outputsToSave: [true] }),
  gradFunc: (dy, saved) => ({ x: () => slope(dy as tf.Tensor, saved[0]!) }),
})

const clip: tf.GradConfig = {
  kernelName: tf.ClipByValue,
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attrs) => {
    const { clipValueMin, clipValueMax } = attrs as unknown as tf.ClipByValueAttrs
    const x = saved[0]!
    const inside = () =>
      tf.logicalAnd(tf.greaterEqual(x, clipValueMin), tf.lessEqual(x, clipValueMax))
    return { x: () => tf.mul(dy as tf.Tensor, tf.cast(inside(), 'float32')) }
  },
}

const select: tf.GradConfig = {
  kernelName: tf.Select,
  inputsToSave: ['condition'],
  gradFunc: (dy, saved) => {
    const condition = saved[0]!
    return {
      condition: () => tf.zeros(condition.shape),
      t: () => tf.mul(dy as tf.Tensor, tf.cast(condition, 'float32')),
      e: () => tf.mul(dy as tf.Tensor, tf.cast(tf.logicalNot(condition), 'float32')),
    }
  },
}

export const ELEMENTWISE_GRADIENTS: GradientTable = [
  ...Object.entries(FROM_OUTPUT).map(([name, slope]) => unary(name, 'y', slope)),
  ...Object.entries(FROM_INPUT).map(([name, slope]) => unary(name, 'x', slope)),
  ...Object.entries(LINEAR).map(([kernelName, slope]) => ({
    kernelName,
    gradFunc: (dy: tf.Tensor | tf.Tensor[]) => ({ x: () => slope(dy as tf.Tensor) }),
  })),
  ...Object.entries(BINARY).map(([name, slopes]) => binaryGradient(name, slopes)),
  ...COMPARISONS.map((name) => binaryGradient(name, [flat, flat])),
  {
    kernelName: tf.AddN,
    saveAllInputs: true,
    gradFunc: (dy, saved) =>
      Object.fromEntries(saved.map((_, i) => [i, () => tf.clone(dy as tf.Tensor)])),
  },
  clip,
  select,
]
