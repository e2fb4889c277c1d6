import * as tf from '@tensorflow/tfjs-core'
import type { RandomStream } from '../../robot/model/random.ts'
import { dense, gruSequence, lstmSequence } from '../ops/index.ts'
import {
  type ActorParameters,
  type ActorShape,
  type ActorTensorName,
  actorTensorNames,
  actorTensorShapes,
  inputSize,
  memoryOf,
  type PerTensor,
} from './actor-parameters.ts'
import { type FlatLayout, layOutTensors, slotValues } from './flat-parameters.ts'
import { drawWeights, type InitialValue } from './initial-weights.ts'
import type { NormaliserState } from './running-normaliser.ts'
import { normaliserScale } from './running-normaliser.ts'

/** The actor's trained tensors: all of `ActorParameters` but the normaliser, and the log-std. */
export type ActorWeightName = Exclude<ActorTensorName, 'normMean' | 'normStd'> | 'logStd'
export type ActorTensors = Readonly<Record<ActorWeightName, tf.Tensor>>

export interface ActorInput {
  /** Normalised observations [T, B, observation]. */
  readonly x: tf.Tensor3D
  /** Recurrent state before the first step [B, state], as `stateSize` counts it. */
  readonly state: tf.Tensor2D
  /** [T, B]: 0 where the recurrent state is cleared before the step, else 1. */
  readonly mask: tf.Tensor2D
}

function weightNames(shape: ActorShape): ActorWeightName[] {
  const names = actorTensorNames(shape).filter((name) => name !== 'normMean' && name !== 'normStd')
  return [...(names as ActorWeightName[]), 'logStd']
}

export function actorLayout(shape: ActorShape): FlatLayout<ActorWeightName> {
  const shapes = { ...actorTensorShapes(shape), logStd: [shape.action] }
  return layOutTensors(weightNames(shape).map((name) => [name, shapes[name]!] as const))
}

/** Fresh weights: small actions at first (output weights × 0.1), the same spread for each action. */
export function initialActorWeights(
  shape: ActorShape,
  logStd: number,
  random: RandomStream,
): Float32Array {
  const uniform = (fanIn: number, scale = 1) => ({ kind: 'uniform', fanIn, scale }) as const
  const recurrent = uniform(shape.hidden)
  const memory = uniform(shape.embed)
  const joined = uniform(shape.embed + shape.hidden)
  const initial: Record<ActorWeightName, InitialValue> = {
    embedW: uniform(inputSize(shape)),
    embedB: uniform(inputSize(shape)),
    lstmWx: recurrent,
    lstmWh: recurrent,
    lstmB: recurrent,
    gruWx: recurrent,
    gruWh: recurrent,
    gruBx: recurrent,
    gruBh: recurrent,
    memoryW: memory,
    memoryB: memory,
    headW: joined,
    headB: joined,
    outW: uniform(shape.head, 0.1),
    outB: { kind: 'constant', value: 0 },
    logStd: { kind: 'constant', value: logStd },
  }
  return drawWeights(actorLayout(shape), initial, random)
}

/** Action means [T·B, action] of whole sequences, differentiable in the weights. */
export function actorForward(
  shape: ActorShape,
  weights: ActorTensors,
  input: ActorInput,
): tf.Tensor2D {
  const matrix = (name: ActorWeightName) => weights[name] as tf.Tensor2D
  const bias = (name: ActorWeightName) => weights[name] as tf.Tensor1D
  const x = memoryOf(shape) === 'history' ? withHistory(shape, input) : input.x
  const embedded = dense(x, matrix('embedW'), bias('embedB'), 'relu') as tf.Tensor3D
  const remembered = remember(shape, weights, embedded, input)
  const joined = tf.concat3d([embedded, remembered], 2)
  const head = dense(joined, matrix('headW'), bias('headB'), 'elu')
  return tf.reshape(dense(head, matrix('outW'), bias('outB')), [-1, shape.action])
}

/** What the actor remembers of its embedded inputs [T, B, hidden]. */
export function remember(
  shape: ActorShape,
  weights: Pick<ActorTensors, Extract<ActorWeightName, ActorTensorName>>,
  embedded: tf.Tensor3D,
  { state, mask }: Omit<ActorInput, 'x'>,
): tf.Tensor3D {
  const matrix = (name: ActorTensorName) => weights[name as keyof typeof weights] as tf.Tensor2D
  const bias = (name: ActorTensorName) => weights[name as keyof typeof weights] as tf.Tensor1D
  switch (memoryOf(shape)) {
    case 'lstm': {
      const [h0, c0] = tf.split(state, 2, 1) as [tf.Tensor2D, tf.Tensor2D]
      const [wx, wh, b] = [matrix('lstmWx'), matrix('lstmWh'), bias('lstmB')]
      return lstmSequence(embedded, h0, c0, mask, wx, wh, b).hs
    }
    case 'gru': {
      const [wx, wh, bx, bh] = [matrix('gruWx'), matrix('gruWh'), bias('gruBx'), bias('gruBh')]
      return gruSequence(embedded, state, mask, wx, wh, bx, bh)
    }
    case 'none':
    case 'history':
      return dense(embedded, matrix('memoryW'), bias('memoryB'), 'elu') as tf.Tensor3D
  }
}

/** Each step's observation beside those before it, newest first [T, B, frames·observation]. */
function withHistory(shape: ActorShape, { x, state, mask }: ActorInput): tf.Tensor3D {
  const [steps, batch] = x.shape
  const { observation, frames = 1 } = shape
  const keep = tf.expandDims(mask, 2)
  const all = [x]
  for (let lag = 1; lag < frames; lag++) {
    const before = tf.slice(state, [0, (lag - 1) * observation], [batch, observation])
    const first = tf.reshape(before, [1, batch, observation]) as tf.Tensor3D
    const newer = tf.slice3d(all[lag - 1]!, [0, 0, 0], [steps - 1, batch, observation])
    all.push(tf.mul(tf.concat3d([first, newer], 0), keep) as tf.Tensor3D)
  }
  return tf.concat3d(all, 2)
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
  const tensors: PerTensor<Float32Array> = parameters.tensors
  const flat = new Float32Array(layout.size)
  for (const slot of layout.slots) {
    const values = slotValues(slot, flat)
    if (slot.name === 'logStd') values.fill(logStd)
    else values.set(tensors[slot.name]!)
  }
  return flat
}
