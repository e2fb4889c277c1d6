/**
 * One step of the actor in plain TypeScript, float32 after every addition: the reference of the faster
 * runner, and its stand-in where WebAssembly SIMD is missing.
 */
import type { ActorParameters, ActorShape } from '../networks/actor-parameters.ts'

/** Scratch rows of one environment; allocated once. */
export interface ActorScratch {
  readonly normalised: Float32Array
  /** [embed + hidden]: the embedding, then the new hidden state. */
  readonly features: Float32Array
  /** [4·hidden], gates i, f, g, o. */
  readonly gates: Float32Array
  readonly head: Float32Array
}

/** The arguments of `ActorRunner.step`. */
export interface ActorStepArrays {
  observation: Float32Array
  state: Float32Array
  outMean: Float32Array
}

export function createActorScratch(shape: ActorShape): ActorScratch {
  return {
    normalised: new Float32Array(shape.observation),
    features: new Float32Array(shape.embed + shape.hidden),
    gates: new Float32Array(4 * shape.hidden),
    head: new Float32Array(shape.head),
  }
}

/** Steps environment `row`: reads its observation, updates its state, writes its action mean. */
export function stepActorRow(
  parameters: ActorParameters,
  scratch: ActorScratch,
  arrays: ActorStepArrays,
  row: number,
): void {
  const { shape, tensors } = parameters
  const { normalised, features, gates, head } = scratch
  const { embed, hidden, action } = shape
  normaliseRow(parameters, arrays.observation, row, normalised)

  features.set(tensors.embedB)
  addProduct(normalised, 0, shape.observation, tensors.embedW, features, 0, embed)
  for (let j = 0; j < embed; j++) if (features[j]! < 0) features[j] = 0

  const stateOffset = row * 2 * hidden
  gates.set(tensors.lstmB)
  addProduct(features, 0, embed, tensors.lstmWx, gates, 0, 4 * hidden)
  addProduct(arrays.state, stateOffset, hidden, tensors.lstmWh, gates, 0, 4 * hidden)
  updateCell(gates, hidden, arrays.state, stateOffset)
  for (let j = 0; j < hidden; j++) features[embed + j] = arrays.state[stateOffset + j]!

  head.set(tensors.headB)
  addProduct(features, 0, embed + hidden, tensors.headW, head, 0, shape.head)
  for (let j = 0; j < shape.head; j++) if (head[j]! < 0) head[j] = Math.expm1(head[j]!)

  const outOffset = row * action
  for (let j = 0; j < action; j++) arrays.outMean[outOffset + j] = tensors.outB[j]!
  addProduct(head, 0, shape.head, tensors.outW, arrays.outMean, outOffset, action)
}

/** out = clip((observation[row] - mean) / std, ±clip) */
export function normaliseRow(
  parameters: ActorParameters,
  observation: Float32Array,
  row: number,
  out: Float32Array,
  outOffset = 0,
): void {
  const { normMean, normStd } = parameters.tensors
  const clip = parameters.normClip
  const size = parameters.shape.observation
  for (let k = 0; k < size; k++) {
    const x = Math.fround(observation[row * size + k]! - normMean[k]!) / normStd[k]!
    out[outOffset + k] = Math.min(Math.max(x, -clip), clip)
  }
}

/** out[outOffset + j] += Σ_k x[xOffset + k] · w[k, j] */
function addProduct(
  x: Float32Array,
  xOffset: number,
  inputs: number,
  w: Float32Array,
  out: Float32Array,
  outOffset: number,
  outputs: number,
): void {
  for (let k = 0; k < inputs; k++) {
    const xk = x[xOffset + k]!
    if (xk === 0) continue
    const rowOffset = k * outputs
    for (let j = 0; j < outputs; j++) {
      out[outOffset + j] = out[outOffset + j]! + xk * w[rowOffset + j]!
    }
  }
}

/** The LSTM cell on pre-activations [4·hidden] (i, f, g, o); `state` is h, then c, from `offset`. */
function updateCell(
  gates: Float32Array,
  hidden: number,
  state: Float32Array,
  offset: number,
): void {
  for (let j = 0; j < hidden; j++) {
    const i = sigmoid(gates[j]!)
    const f = sigmoid(gates[hidden + j]!)
    const g = Math.tanh(gates[2 * hidden + j]!)
    const o = sigmoid(gates[3 * hidden + j]!)
    const c = f * state[offset + hidden + j]! + i * g
    state[offset + hidden + j] = c
    state[offset + j] = o * Math.tanh(c)
  }
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}
