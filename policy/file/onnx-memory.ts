/**
 * What an actor remembers with, as a part of its ONNX graph, and back. The only place that knows ONNX's layout
 * of recurrent layers: an LSTM's gates in order i, o, f, c (ours: i, f, g, o), a GRU's z, r, h (ours: r, z, n),
 * weights [1, gates·hidden, inputs] (ours: [inputs, gates·hidden]), two biases.
 */
import { type ActorShape, type MemoryTensorName, memoryOf } from '../networks/actor-parameters.ts'
import type { OnnxNode, OnnxTensor } from './onnx-records.ts'

/** ONNX gate block q holds our gate block [q]. */
const LSTM_GATES = [0, 3, 1, 2] as const
const GRU_GATES = [1, 0, 2] as const

type MemoryTensors = Partial<Record<MemoryTensorName, Float32Array>>

/** An input of the graph that carries recurrent state; its output is `<name>_out`. */
export type StateInput = 'h' | 'c' | 'history'

export interface OnnxMemory {
  readonly state: readonly StateInput[]
  /** What the embedding sees. */
  readonly embedInput: string
  /** From normalised observation to what the embedding sees. */
  readonly before: readonly OnnxNode[]
  /** From `embedding` to `remembered`. */
  readonly nodes: readonly OnnxNode[]
  readonly remembered: string
  /** Tensors of the nodes. */
  initializers(tensors: MemoryTensors): OnnxTensor[]
  /** Constants of the nodes, which carry no weights. */
  readonly constants: readonly OnnxTensor[]
  /** Inverse of `initializers`. @param take - a tensor by name and size */
  read(take: (name: string, size: number) => Float32Array): MemoryTensors
}

export function onnxMemory(shape: ActorShape): OnnxMemory {
  switch (memoryOf(shape)) {
    case 'lstm':
      return lstmMemory(shape)
    case 'gru':
      return gruMemory(shape)
    case 'none':
      return denseMemory(shape)
    case 'history':
      return historyMemory(shape)
  }
}

function lstmMemory({ embed, hidden }: ActorShape): OnnxMemory {
  const toOnnx = (ours: Float32Array, inputs: number) =>
    gatesToOnnx(ours, inputs, hidden, LSTM_GATES)
  const fromOnnx = (onnx: Float32Array, inputs: number) =>
    gatesFromOnnx(onnx, inputs, hidden, LSTM_GATES)
  const lstm = node(
    'LSTM',
    'lstm',
    ['lstmX', 'lstmW', 'lstmR', 'lstmB', '', 'lstmH', 'lstmC'],
    ['', 'lstmHOut', 'lstmCOut'],
  )
  return {
    state: ['h', 'c'],
    embedInput: 'normalised',
    before: [],
    nodes: [
      node('Unsqueeze', 'embeddingSequence', ['embedding', 'timeAxis'], ['lstmX']),
      node('Unsqueeze', 'hSequence', ['h', 'timeAxis'], ['lstmH']),
      node('Unsqueeze', 'cSequence', ['c', 'timeAxis'], ['lstmC']),
      { ...lstm, integers: { hidden_size: hidden } },
      node('Squeeze', 'hStep', ['lstmHOut', 'timeAxis'], ['h_out']),
      node('Squeeze', 'cStep', ['lstmCOut', 'timeAxis'], ['c_out']),
    ],
    remembered: 'h_out',
    initializers({ lstmWx, lstmWh, lstmB }) {
      const bias = new Float32Array(8 * hidden)
      bias.set(toOnnx(lstmB!, 1))
      return [
        { name: 'lstmW', dimensions: [1, 4 * hidden, embed], values: toOnnx(lstmWx!, embed) },
        { name: 'lstmR', dimensions: [1, 4 * hidden, hidden], values: toOnnx(lstmWh!, hidden) },
        { name: 'lstmB', dimensions: [1, 8 * hidden], values: bias },
      ]
    },
    constants: [timeAxis()],
    read: (take) => ({
      lstmWx: fromOnnx(take('lstmW', 4 * hidden * embed), embed),
      lstmWh: fromOnnx(take('lstmR', 4 * hidden * hidden), hidden),
      lstmB: fromOnnx(take('lstmB', 8 * hidden).subarray(0, 4 * hidden), 1),
    }),
  }
}

function gruMemory({ embed, hidden }: ActorShape): OnnxMemory {
  const toOnnx = (ours: Float32Array, inputs: number) =>
    gatesToOnnx(ours, inputs, hidden, GRU_GATES)
  const fromOnnx = (onnx: Float32Array, inputs: number) =>
    gatesFromOnnx(onnx, inputs, hidden, GRU_GATES)
  const gru = node('GRU', 'gru', ['gruX', 'gruW', 'gruR', 'gruB', '', 'gruH'], ['', 'gruHOut'])
  return {
    state: ['h'],
    embedInput: 'normalised',
    before: [],
    nodes: [
      node('Unsqueeze', 'embeddingSequence', ['embedding', 'timeAxis'], ['gruX']),
      node('Unsqueeze', 'hSequence', ['h', 'timeAxis'], ['gruH']),
      { ...gru, integers: { hidden_size: hidden, linear_before_reset: 1 } },
      node('Squeeze', 'hStep', ['gruHOut', 'timeAxis'], ['h_out']),
    ],
    remembered: 'h_out',
    initializers({ gruWx, gruWh, gruBx, gruBh }) {
      const bias = new Float32Array(6 * hidden)
      bias.set(toOnnx(gruBx!, 1))
      bias.set(toOnnx(gruBh!, 1), 3 * hidden)
      return [
        { name: 'gruW', dimensions: [1, 3 * hidden, embed], values: toOnnx(gruWx!, embed) },
        { name: 'gruR', dimensions: [1, 3 * hidden, hidden], values: toOnnx(gruWh!, hidden) },
        { name: 'gruB', dimensions: [1, 6 * hidden], values: bias },
      ]
    },
    constants: [timeAxis()],
    read(take) {
      const bias = take('gruB', 6 * hidden)
      return {
        gruWx: fromOnnx(take('gruW', 3 * hidden * embed), embed),
        gruWh: fromOnnx(take('gruR', 3 * hidden * hidden), hidden),
        gruBx: fromOnnx(bias.subarray(0, 3 * hidden), 1),
        gruBh: fromOnnx(bias.subarray(3 * hidden), 1),
      }
    },
  }
}

function denseMemory({ embed, hidden }: ActorShape): OnnxMemory {
  return {
    state: [],
    embedInput: 'normalised',
    before: [],
    nodes: [
      node('Gemm', 'memory', ['embedding', 'memoryW', 'memoryB'], ['memorySum']),
      node('Elu', 'memoryElu', ['memorySum'], ['remembered']),
    ],
    remembered: 'remembered',
    initializers: ({ memoryW, memoryB }) => [
      { name: 'memoryW', dimensions: [embed, hidden], values: memoryW! },
      { name: 'memoryB', dimensions: [hidden], values: memoryB! },
    ],
    constants: [],
    read: (take) => ({
      memoryW: take('memoryW', embed * hidden),
      memoryB: take('memoryB', hidden),
    }),
  }
}

function historyMemory(shape: ActorShape): OnnxMemory {
  const { observation, frames = 1 } = shape
  const earlier = (frames - 1) * observation
  const join = node('Concat', 'frames', ['normalised', 'history'], ['seen'])
  return {
    ...denseMemory(shape),
    state: ['history'],
    embedInput: 'seen',
    before: [
      { ...join, integers: { axis: 1 } },
      node('Slice', 'newer', ['seen', 'newerFrom', 'newerTo', 'newerAxis'], ['history_out']),
    ],
    constants: [integer('newerFrom', 0), integer('newerTo', earlier), integer('newerAxis', 1)],
  }
}

function timeAxis(): OnnxTensor {
  return integer('timeAxis', 0)
}

function integer(name: string, value: number): OnnxTensor {
  return { name, dimensions: [1], values: new BigInt64Array([BigInt(value)]) }
}

/** [inputs, gates·hidden] in our gate order to [gates·hidden, inputs] in ONNX's. */
function gatesToOnnx(
  ours: Float32Array,
  inputs: number,
  hidden: number,
  gates: readonly number[],
): Float32Array {
  const onnx = new Float32Array(ours.length)
  forEachGateWeight(inputs, hidden, gates, (oursIndex, onnxIndex) => {
    onnx[onnxIndex] = ours[oursIndex]!
  })
  return onnx
}

function gatesFromOnnx(
  onnx: Float32Array,
  inputs: number,
  hidden: number,
  gates: readonly number[],
): Float32Array {
  const ours = new Float32Array(onnx.length)
  forEachGateWeight(inputs, hidden, gates, (oursIndex, onnxIndex) => {
    ours[oursIndex] = onnx[onnxIndex]!
  })
  return ours
}

function forEachGateWeight(
  inputs: number,
  hidden: number,
  gates: readonly number[],
  visit: (oursIndex: number, onnxIndex: number) => void,
): void {
  for (const [block, gate] of gates.entries()) {
    for (let unit = 0; unit < hidden; unit++) {
      for (let k = 0; k < inputs; k++) {
        visit((k * gates.length + gate) * hidden + unit, (block * hidden + unit) * inputs + k)
      }
    }
  }
}

export function node(
  op: string,
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
): OnnxNode {
  return { op, name, inputs, outputs }
}
