/**
 * The actor as an ONNX graph, and back. The only place that knows ONNX's layout of an LSTM: gates in order
 * i, o, f, c (ours: i, f, g, o), weights [1, 4·hidden, inputs] (ours: [inputs, 4·hidden]), two biases.
 *
 *   observation ─ Sub ─ Div ─ Clip ─ Gemm ─ Relu ─┬─ LSTM(h, c) ─┐ → h_out, c_out
 *                                                 └── Concat ────┴─ Gemm ─ Elu ─ Gemm ─ Clip → action
 */
import {
  type ActorParameters,
  type ActorShape,
  type ActorTensorName,
  actorTensorShapes,
} from '../networks/actor-parameters.ts'
import type { OnnxGraph, OnnxNode, OnnxTensor } from './onnx-records.ts'
import { invalid } from './protobuf-reader.ts'

/** ONNX gate block q holds our gate block GATE_OF_ONNX[q]. */
const GATE_OF_ONNX = [0, 3, 1, 2] as const

const PLAIN_TENSORS = [
  'normMean',
  'normStd',
  'embedW',
  'embedB',
  'headW',
  'headB',
  'outW',
  'outB',
] as const satisfies readonly ActorTensorName[]

export function actorToGraph(parameters: ActorParameters): OnnxGraph {
  const { observation, hidden, action } = parameters.shape
  return {
    nodes: actorNodes(hidden),
    initializers: actorInitializers(parameters),
    inputs: [
      value('observation', observation, 'as measured; entries: metadata "sim2arm", control'),
      value('h', hidden, 'zeros at the start of an episode, then h_out'),
      value('c', hidden, 'zeros at the start of an episode, then c_out'),
    ],
    outputs: [
      value('action', action, 'in -1..1; meaning: metadata "sim2arm", control'),
      value('h_out', hidden, 'h of the next step'),
      value('c_out', hidden, 'c of the next step'),
    ],
  }
}

/** Inverse of `actorToGraph`; throws POLICY_FILE_INVALID when a tensor is missing or has another size. */
export function actorFromTensors(
  tensors: ReadonlyMap<string, Float32Array>,
  shape: ActorShape,
  normClip: number,
): ActorParameters {
  const { embed, hidden } = shape
  const shapes = actorTensorShapes(shape)
  const take = (name: string, size: number): Float32Array => {
    const values = tensors.get(name)
    if (values === undefined) throw invalid(`the tensor ${name} is missing`)
    if (values.length !== size) throw invalid(`${name} holds ${values.length} values, not ${size}`)
    return values
  }
  const actor: Partial<Record<ActorTensorName, Float32Array>> = {}
  for (const name of PLAIN_TENSORS) {
    actor[name] = take(
      name,
      shapes[name].reduce((a, b) => a * b, 1),
    )
  }
  actor.lstmWx = gatesFromOnnx(take('lstmW', 4 * hidden * embed), embed, hidden)
  actor.lstmWh = gatesFromOnnx(take('lstmR', 4 * hidden * hidden), hidden, hidden)
  actor.lstmB = gatesFromOnnx(take('lstmB', 8 * hidden).subarray(0, 4 * hidden), 1, hidden)
  return { shape, normClip, tensors: actor as Record<ActorTensorName, Float32Array> }
}

function actorNodes(hidden: number): OnnxNode[] {
  return [
    node('Sub', 'center', ['observation', 'normMean'], ['centered']),
    node('Div', 'scale', ['centered', 'normStd'], ['scaled']),
    node('Clip', 'clipInput', ['scaled', 'normLow', 'normHigh'], ['normalised']),
    node('Gemm', 'embed', ['normalised', 'embedW', 'embedB'], ['embedSum']),
    node('Relu', 'embedRelu', ['embedSum'], ['embedding']),
    node('Unsqueeze', 'embeddingSequence', ['embedding', 'timeAxis'], ['lstmX']),
    node('Unsqueeze', 'hSequence', ['h', 'timeAxis'], ['lstmH']),
    node('Unsqueeze', 'cSequence', ['c', 'timeAxis'], ['lstmC']),
    {
      ...node(
        'LSTM',
        'lstm',
        ['lstmX', 'lstmW', 'lstmR', 'lstmB', '', 'lstmH', 'lstmC'],
        ['', 'lstmHOut', 'lstmCOut'],
      ),
      integers: { hidden_size: hidden },
    },
    node('Squeeze', 'hStep', ['lstmHOut', 'timeAxis'], ['h_out']),
    node('Squeeze', 'cStep', ['lstmCOut', 'timeAxis'], ['c_out']),
    { ...node('Concat', 'features', ['embedding', 'h_out'], ['headIn']), integers: { axis: 1 } },
    node('Gemm', 'head', ['headIn', 'headW', 'headB'], ['headSum']),
    node('Elu', 'headElu', ['headSum'], ['headOut']),
    node('Gemm', 'out', ['headOut', 'outW', 'outB'], ['mean']),
    node('Clip', 'clipAction', ['mean', 'actionLow', 'actionHigh'], ['action']),
  ]
}

function actorInitializers({ shape, normClip, tensors }: ActorParameters): OnnxTensor[] {
  const { embed, hidden } = shape
  const shapes = actorTensorShapes(shape)
  const bias = new Float32Array(8 * hidden)
  bias.set(gatesToOnnx(tensors.lstmB, 1, hidden))
  const scalar = (name: string, x: number) => ({
    name,
    dimensions: [],
    values: new Float32Array([x]),
  })
  return [
    ...PLAIN_TENSORS.map((name) => ({ name, dimensions: shapes[name], values: tensors[name] })),
    {
      name: 'lstmW',
      dimensions: [1, 4 * hidden, embed],
      values: gatesToOnnx(tensors.lstmWx, embed, hidden),
    },
    {
      name: 'lstmR',
      dimensions: [1, 4 * hidden, hidden],
      values: gatesToOnnx(tensors.lstmWh, hidden, hidden),
    },
    { name: 'lstmB', dimensions: [1, 8 * hidden], values: bias },
    scalar('normLow', -normClip),
    scalar('normHigh', normClip),
    scalar('actionLow', -1),
    scalar('actionHigh', 1),
    { name: 'timeAxis', dimensions: [1], values: new BigInt64Array([0n]) },
  ]
}

/** [inputs, 4·hidden] in our gate order to [4·hidden, inputs] in ONNX's. */
function gatesToOnnx(ours: Float32Array, inputs: number, hidden: number): Float32Array {
  const onnx = new Float32Array(ours.length)
  forEachGateWeight(inputs, hidden, (oursIndex, onnxIndex) => {
    onnx[onnxIndex] = ours[oursIndex]!
  })
  return onnx
}

function gatesFromOnnx(onnx: Float32Array, inputs: number, hidden: number): Float32Array {
  const ours = new Float32Array(onnx.length)
  forEachGateWeight(inputs, hidden, (oursIndex, onnxIndex) => {
    ours[oursIndex] = onnx[onnxIndex]!
  })
  return ours
}

function forEachGateWeight(
  inputs: number,
  hidden: number,
  visit: (oursIndex: number, onnxIndex: number) => void,
): void {
  for (let block = 0; block < 4; block++) {
    const gate = GATE_OF_ONNX[block]!
    for (let unit = 0; unit < hidden; unit++) {
      for (let k = 0; k < inputs; k++) {
        visit((k * 4 + gate) * hidden + unit, (block * hidden + unit) * inputs + k)
      }
    }
  }
}

function node(
  op: string,
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
): OnnxNode {
  return { op, name, inputs, outputs }
}

function value(name: string, size: number, description: string) {
  return { name, dimensions: ['batch', size], description }
}
