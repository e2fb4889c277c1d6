import * as tf from '@tensorflow/tfjs-core'
import type { RandomStream } from '../../robot/model/random.ts'
import { dense, lstmSequence } from '../ops/index.ts'
import { type FlatLayout, layOutTensors } from './flat-parameters.ts'
import { drawWeights } from './initial-weights.ts'

/**
 * What an action is worth, to a critic that knows the true state and remembers:
 *
 *   f = relu(state · embedW + embedB),  m = LSTM(f),  value = outW · elu([f, m, action] · headW + headB) + outB
 */
export interface RecurrentCriticShape {
  /** Of the true state, the previous action among it. */
  readonly input: number
  readonly action: number
  readonly embed: number
  readonly hidden: number
  readonly head: number
}

const NAMES = [
  ...(['embedW', 'embedB', 'lstmWx', 'lstmWh', 'lstmB'] as const),
  ...(['headW', 'headB', 'outW', 'outB'] as const),
] as const

export type RecurrentCriticName = (typeof NAMES)[number]
export type RecurrentCriticTensors = Readonly<Record<RecurrentCriticName, tf.Tensor>>

export function recurrentCriticLayout(s: RecurrentCriticShape): FlatLayout<RecurrentCriticName> {
  return layOutTensors([
    ['embedW', [s.input, s.embed]],
    ['embedB', [s.embed]],
    ['lstmWx', [s.embed, 4 * s.hidden]],
    ['lstmWh', [s.hidden, 4 * s.hidden]],
    ['lstmB', [4 * s.hidden]],
    ['headW', [s.embed + s.hidden + s.action, s.head]],
    ['headB', [s.head]],
    ['outW', [s.head, 1]],
    ['outB', [1]],
  ])
}

export function initialRecurrentCriticWeights(
  s: RecurrentCriticShape,
  random: RandomStream,
): Float32Array {
  const uniform = (fanIn: number) => ({ kind: 'uniform', fanIn }) as const
  const [first, recurrent] = [uniform(s.input), uniform(s.hidden)]
  const [joined, last] = [uniform(s.embed + s.hidden + s.action), uniform(s.head)]
  return drawWeights(
    recurrentCriticLayout(s),
    {
      ...{ embedW: first, embedB: first, lstmWx: recurrent, lstmWh: recurrent, lstmB: recurrent },
      ...{ headW: joined, headB: joined, outW: last, outB: last },
    },
    random,
  )
}

/**
 * Values of actions over whole episodes, differentiable in weights and actions.
 *
 * @param state - normalised [T, B, input]
 * @param action - [T, B, action]
 * @returns [T, B]
 */
export function recurrentCriticForward(
  weights: RecurrentCriticTensors,
  state: tf.Tensor3D,
  action: tf.Tensor3D,
): tf.Tensor2D {
  const matrix = (name: RecurrentCriticName) => weights[name] as tf.Tensor2D
  const bias = (name: RecurrentCriticName) => weights[name] as tf.Tensor1D
  const [steps, batch] = state.shape
  const embedded = dense(state, matrix('embedW'), bias('embedB'), 'relu') as tf.Tensor3D
  const zeros = tf.zeros<tf.Rank.R2>([batch, weights.lstmWh.shape[0]!])
  const mask = tf.ones<tf.Rank.R2>([steps, batch])
  const [wx, wh, b] = [matrix('lstmWx'), matrix('lstmWh'), bias('lstmB')]
  const { hs } = lstmSequence(embedded, zeros, zeros, mask, wx, wh, b)
  const joined = tf.concat3d([embedded, hs, action], 2)
  const head = dense(joined, matrix('headW'), bias('headB'), 'elu')
  return tf.reshape(dense(head, matrix('outW'), bias('outB')), [steps, batch])
}
