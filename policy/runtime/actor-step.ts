/**
 * One step of the actor in plain TypeScript, float32 after every addition: the reference of the faster
 * runner, and its stand-in where WebAssembly SIMD is missing.
 */
import {
  type ActorParameters,
  type ActorShape,
  inputSize,
  memoryOf,
  stateSize,
} from '../networks/actor-parameters.ts'

/** Scratch rows of one environment; allocated once. */
export interface ActorScratch {
  /** The normalised observation, after it the earlier ones of a history. */
  readonly normalised: Float32Array
  /** [embed + hidden]: the embedding, then what is remembered. */
  readonly features: Float32Array
  /** [6·hidden]: an LSTM's gates, or a GRU's sums of input and of state. */
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
    normalised: new Float32Array(inputSize(shape)),
    features: new Float32Array(shape.embed + shape.hidden),
    gates: new Float32Array(6 * shape.hidden),
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
  const { normalised, features, head } = scratch
  const { embed, hidden, action } = shape
  const numInputs = inputSize(shape)
  const stateOffset = row * stateSize(shape)
  normaliseRow(parameters, arrays.observation, row, normalised)
  if (memoryOf(shape) === 'history') joinHistory(shape, arrays.state, stateOffset, normalised)

  features.set(tensors.embedB)
  addProduct(normalised, 0, numInputs, tensors.embedW, features, 0, embed)
  for (let j = 0; j < embed; j++) if (features[j]! < 0) features[j] = 0
  rememberRow(parameters, scratch, arrays.state, stateOffset)

  head.set(tensors.headB)
  addProduct(features, 0, embed + hidden, tensors.headW, head, 0, shape.head)
  expLinear(head, 0, shape.head)

  const outOffset = row * action
  for (let j = 0; j < action; j++) arrays.outMean[outOffset + j] = tensors.outB[j]!
  addProduct(head, 0, shape.head, tensors.outW, arrays.outMean, outOffset, action)
}

/**
 * Puts the earlier observations behind the newest, which lies in `inputs` from `begin`, and remembers all but
 * the oldest for the next step.
 *
 * @param state - the earlier observations, newest first, from `offset`
 */
export function joinHistory(
  shape: ActorShape,
  state: Float32Array,
  offset: number,
  inputs: Float32Array,
  begin = 0,
): void {
  const { observation } = shape
  const numEarlier = inputSize(shape) - observation
  for (let k = 0; k < numEarlier; k++) inputs[begin + observation + k] = state[offset + k]!
  for (let k = 0; k < numEarlier; k++) state[offset + k] = inputs[begin + k]!
}

/** Fills the second part of the features from the first, and updates the state. */
function rememberRow(
  { shape, tensors }: ActorParameters,
  { features, gates }: ActorScratch,
  state: Float32Array,
  offset: number,
): void {
  const { embed, hidden } = shape
  switch (memoryOf(shape)) {
    case 'lstm':
      gates.set(tensors.lstmB!)
      addProduct(features, 0, embed, tensors.lstmWx!, gates, 0, 4 * hidden)
      addProduct(state, offset, hidden, tensors.lstmWh!, gates, 0, 4 * hidden)
      updateCell(gates, hidden, state, offset)
      break
    case 'gru':
      gates.set(tensors.gruBx!)
      gates.set(tensors.gruBh!, 3 * hidden)
      addProduct(features, 0, embed, tensors.gruWx!, gates, 0, 3 * hidden)
      addProduct(state, offset, hidden, tensors.gruWh!, gates, 3 * hidden, 3 * hidden)
      updateGatedUnit(gates, hidden, state, offset)
      break
    case 'none':
    case 'history':
      features.set(tensors.memoryB!, embed)
      addProduct(features, 0, embed, tensors.memoryW!, features, embed, hidden)
      expLinear(features, embed, hidden)
      return
  }
  for (let j = 0; j < hidden; j++) features[embed + j] = state[offset + j]!
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

/** The GRU on its sums of input [3·hidden], then of state (r, z, n each); `state` is h, from `offset`. */
function updateGatedUnit(
  sums: Float32Array,
  hidden: number,
  state: Float32Array,
  offset: number,
): void {
  for (let j = 0; j < hidden; j++) {
    const r = sigmoid(sums[j]! + sums[3 * hidden + j]!)
    const z = sigmoid(sums[hidden + j]! + sums[4 * hidden + j]!)
    const n = Math.tanh(sums[2 * hidden + j]! + r * sums[5 * hidden + j]!)
    state[offset + j] = (1 - z) * n + z * state[offset + j]!
  }
}

/** elu of `length` values, in place. */
function expLinear(values: Float32Array, begin: number, length: number): void {
  for (let j = begin; j < begin + length; j++) {
    if (values[j]! < 0) values[j] = Math.expm1(values[j]!)
  }
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}
