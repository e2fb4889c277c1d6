/**
 * The actor as an ONNX graph, and back. What it remembers with, an LSTM in this picture, is a part of its own:
 * see `onnx-memory.ts`.
 *
 *   observation ─ Sub ─ Div ─ Clip ─ Gemm ─ Relu ─┬─ LSTM(h, c) ─┐ → h_out, c_out
 *                                                 └── Concat ────┴─ Gemm ─ Elu ─ Gemm ─ Clip → action
 */
import {
  type ActorParameters,
  type ActorShape,
  actorTensorShapes,
  type CommonTensorName,
  stateSize,
} from '../networks/actor-parameters.ts'
import { node, onnxMemory, type StateInput } from './onnx-memory.ts'
import type { OnnxGraph, OnnxNode, OnnxTensor } from './onnx-records.ts'
import { invalid } from './protobuf-reader.ts'

const PLAIN_TENSORS = [
  'normMean',
  'normStd',
  'embedW',
  'embedB',
  'headW',
  'headB',
  'outW',
  'outB',
] as const satisfies readonly CommonTensorName[]

/** The graph's inputs that carry recurrent state, with the shape of each, without the batch. */
export function stateInputs(shape: ActorShape): Partial<Record<StateInput, [number]>> {
  const { state } = onnxMemory(shape)
  return Object.fromEntries(state.map((name) => [name, [stateSize(shape) / state.length]]))
}

export function actorToGraph(parameters: ActorParameters): OnnxGraph {
  const { observation, action } = parameters.shape
  const state = Object.entries(stateInputs(parameters.shape))
  return {
    nodes: actorNodes(parameters.shape),
    initializers: actorInitializers(parameters),
    inputs: [
      value('observation', observation, 'as measured; entries: metadata "sim2arm", control'),
      ...state.map(([name, [size]]) =>
        value(name, size, `zeros at the start of an episode, then ${name}_out`),
      ),
    ],
    outputs: [
      value('action', action, 'in -1..1; meaning: metadata "sim2arm", control'),
      ...state.map(([name, [size]]) => value(`${name}_out`, size, `${name} of the next step`)),
    ],
  }
}

/** Inverse of `actorToGraph`; throws POLICY_FILE_INVALID when a tensor is missing or has another size. */
export function actorFromTensors(
  tensors: ReadonlyMap<string, Float32Array>,
  shape: ActorShape,
  normClip: number,
): ActorParameters {
  const shapes = actorTensorShapes(shape)
  const take = (name: string, size: number): Float32Array => {
    const values = tensors.get(name)
    if (values === undefined) throw invalid(`the tensor ${name} is missing`)
    if (values.length !== size) throw invalid(`${name} holds ${values.length} values, not ${size}`)
    return values
  }
  const plain = PLAIN_TENSORS.map((name) => {
    const size = shapes[name].reduce((a, b) => a * b, 1)
    return [name, take(name, size)] as const
  })
  const common = Object.fromEntries(plain) as Record<CommonTensorName, Float32Array>
  return { shape, normClip, tensors: { ...common, ...onnxMemory(shape).read(take) } }
}

function actorNodes(shape: ActorShape): OnnxNode[] {
  const memory = onnxMemory(shape)
  return [
    node('Sub', 'center', ['observation', 'normMean'], ['centered']),
    node('Div', 'scale', ['centered', 'normStd'], ['scaled']),
    node('Clip', 'clipInput', ['scaled', 'normLow', 'normHigh'], ['normalised']),
    ...memory.before,
    node('Gemm', 'embed', [memory.embedInput, 'embedW', 'embedB'], ['embedSum']),
    node('Relu', 'embedRelu', ['embedSum'], ['embedding']),
    ...memory.nodes,
    {
      ...node('Concat', 'features', ['embedding', memory.remembered], ['headIn']),
      integers: { axis: 1 },
    },
    node('Gemm', 'head', ['headIn', 'headW', 'headB'], ['headSum']),
    node('Elu', 'headElu', ['headSum'], ['headOut']),
    node('Gemm', 'out', ['headOut', 'outW', 'outB'], ['mean']),
    node('Clip', 'clipAction', ['mean', 'actionLow', 'actionHigh'], ['action']),
  ]
}

function actorInitializers({ shape, normClip, tensors }: ActorParameters): OnnxTensor[] {
  const memory = onnxMemory(shape)
  const shapes = actorTensorShapes(shape)
  const scalar = (name: string, x: number) => ({
    name,
    dimensions: [],
    values: new Float32Array([x]),
  })
  return [
    ...PLAIN_TENSORS.map((name) => ({ name, dimensions: shapes[name], values: tensors[name] })),
    ...memory.initializers(tensors),
    scalar('normLow', -normClip),
    scalar('normHigh', normClip),
    scalar('actionLow', -1),
    scalar('actionHigh', 1),
    ...memory.constants,
  ]
}

function value(name: string, size: number, description: string) {
  return { name, dimensions: ['batch', size], description }
}
