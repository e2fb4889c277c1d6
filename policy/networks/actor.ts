import * as tf from '@tensorflow/tfjs-core'
import type { RandomStream } from '../../robot/model/random.ts'
import { dense, lstmSequence } from '../ops/index.ts'
import { type ActorParameters, type ActorShape, actorTensorShapes } from './actor-parameters.ts'
import { type FlatLayout, layOutTensors, slotValues } from './flat-parameters.ts'
import { drawWeights } from './initial-weights.ts'
import type { NormaliserState } from './running-normaliser.ts'
import { normaliserScale } from './running-normaliser.ts'

/** The actor's trained tensors: all of `ActorParameters` but the normaliser, and the log-std. */
export const ACTOR_WEIGHTS = [
  'embedW',
  'embedB',
  'lstmWx',
  'lstmWh',
  'lstmB',
  'headW',
  'headB',
  'outW',
  'outB',
  'logStd',
] as const

export type ActorWeightName = (typeof ACTOR_WEIGHTS)[number]
export type ActorTensors = Readonly<Record<ActorWeightName, tf.Tensor>>

export interface ActorInput {
  /** Normalised observations [T, B, observation]. */
  readonly x: tf.Tensor3D
  /** [B, hidden] */
  readonly h0: tf.Tensor2D
  /** [B, hidden] */
  readonly c0: tf.Tensor2D
  /** [T, B]: 0 where the recurrent state is cleared before the step, else 1. */
  readonly mask: tf.Tensor2D
}

export function actorLayout(shape: ActorShape): FlatLayout<ActorWeightName> {
  const shapes = { ...actorTensorShapes(shape), logStd: [shape.action] }
  return layOutTensors(ACTOR_WEIGHTS.map((name) => [name, shapes[name]] as const))
}

/** Fresh weights: small actions at first (output weights × 0.1), the same spread for each action. */
export function initialActorWeights(
  shape: ActorShape,
  logStd: number,
  random: RandomStream,
): Float32Array {
  const uniform = (fanIn: number, scale = 1) => ({ kind: 'uniform', fanIn, scale }) as const
  const recurrent = uniform(shape.hidden)
  const joined = uniform(shape.embed + shape.hidden)
  return drawWeights(
    actorLayout(shape),
    {
      embedW: uniform(shape.observation),
      embedB: uniform(shape.observation),
      lstmWx: recurrent,
      lstmWh: recurrent,
      lstmB: recurrent,
      headW: joined,
      headB: joined,
      outW: uniform(shape.head, 0.1),
      outB: { kind: 'constant', value: 0 },
      logStd: { kind: 'constant', value: logStd },
    },
    random,
  )
}

/** Action means [T·B, action] of whole sequences, differentiable in the weights. */
export function actorForward(weights: ActorTensors, input: ActorInput): tf.Tensor2D {
  const matrix = (name: ActorWeightName) => weights[name] as tf.Tensor2D
  const bias = (name: ActorWeightName) => weights[name] as tf.Tensor1D
  const embedded = dense(input.x, matrix('embedW'), bias('embedB'), 'relu') as tf.Tensor3D
  const { h0, c0, mask } = input
  const { hs } = lstmSequence(
    embedded,
    h0,
    c0,
    mask,
    matrix('lstmWx'),
    matrix('lstmWh'),
    bias('lstmB'),
  )
  const joined = tf.concat3d([embedded, hs], 2)
  const head = dense(joined, matrix('headW'), bias('headB'), 'elu')
  return tf.reshape(dense(head, matrix('outW'), bias('outB')), [-1, weights.outB.size])
}

/** What the runtime and the policy file take: weights joined with the normaliser. Copies. */
export function exportActor(options: {
  readonly shape: ActorShape
  readonly flat: Float32Array
  readonly normaliser: NormaliserState
  readonly normClip: number
}): ActorParameters {
  const { shape, flat, normaliser, normClip } = options
  const slots = actorLayout(shape).slots
  const { mean, std } = normaliserScale(normaliser)
  const weights = Object.fromEntries(
    slots.map((slot) => [slot.name, slotValues(slot, flat).slice()]),
  ) as Record<ActorWeightName, Float32Array>
  const { logStd: _, ...tensors } = weights
  return { shape, normClip, tensors: { normMean: mean, normStd: std, ...tensors } }
}

/** The weights of a trained actor as a flat vector, with a fresh log-std. */
export function importActor(parameters: ActorParameters, logStd: number): Float32Array {
  const layout = actorLayout(parameters.shape)
  const flat = new Float32Array(layout.size)
  for (const slot of layout.slots) {
    const values = slotValues(slot, flat)
    if (slot.name === 'logStd') values.fill(logStd)
    else values.set(parameters.tensors[slot.name])
  }
  return flat
}
