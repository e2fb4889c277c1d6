import * as tf from '@tensorflow/tfjs-core'
import type { RandomStream } from '../../robot/model/random.ts'
import { dense } from '../ops/index.ts'
import { type FlatLayout, layOutTensors } from './flat-parameters.ts'
import { drawWeights } from './initial-weights.ts'

export interface CriticShape {
  readonly input: number
  readonly hidden: number
}

export const CRITIC_WEIGHTS = ['w1', 'b1', 'w2', 'b2', 'w3', 'b3'] as const

export type CriticWeightName = (typeof CRITIC_WEIGHTS)[number]
export type CriticTensors = Readonly<Record<CriticWeightName, tf.Tensor>>

export function criticLayout({ input, hidden }: CriticShape): FlatLayout<CriticWeightName> {
  return layOutTensors([
    ['w1', [input, hidden]],
    ['b1', [hidden]],
    ['w2', [hidden, hidden]],
    ['b2', [hidden]],
    ['w3', [hidden, 1]],
    ['b3', [1]],
  ])
}

export function initialCriticWeights(shape: CriticShape, random: RandomStream): Float32Array {
  const first = { kind: 'uniform', fanIn: shape.input } as const
  const later = { kind: 'uniform', fanIn: shape.hidden } as const
  return drawWeights(
    criticLayout(shape),
    { w1: first, b1: first, w2: later, b2: later, w3: later, b3: later },
    random,
  )
}

/** Values [rows] of normalised privileged inputs [rows, input], in units of the return scale. */
export function criticForward(weights: CriticTensors, x: tf.Tensor2D): tf.Tensor1D {
  const layer = (input: tf.Tensor, w: CriticWeightName, b: CriticWeightName, isLast = false) =>
    dense(input, weights[w] as tf.Tensor2D, weights[b] as tf.Tensor1D, isLast ? 'linear' : 'elu')
  return tf.reshape(layer(layer(layer(x, 'w1', 'b1'), 'w2', 'b2'), 'w3', 'b3', true), [-1])
}
