/**
 * The records of an ONNX model (onnx.proto3, IR version 8) that a policy needs. Field numbers are the
 * proto's; fields are written in one fixed order, so that equal models have equal bytes.
 */

import { allBytes, invalid, onlyBytes, readFields } from './protobuf-reader.ts'
import {
  bytesField,
  concatBytes,
  messageField,
  stringField,
  varintField,
} from './protobuf-writer.ts'

const IR_VERSION = 8
const OPSET_VERSION = 17
const FLOAT = 1
const INT64 = 7
const ATTRIBUTE_INT = 2

/** A dimension: a size, or the name of one that the caller chooses. */
type Dimension = number | string

export interface OnnxNode {
  readonly op: string
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly integers?: Readonly<Record<string, number>>
}

export interface OnnxTensor {
  readonly name: string
  readonly dimensions: readonly number[]
  /** Row-major. */
  readonly values: Float32Array | BigInt64Array
}

export interface OnnxValue {
  readonly name: string
  readonly dimensions: readonly Dimension[]
  readonly description: string
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[]
  readonly initializers: readonly OnnxTensor[]
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
}

/** Bytes of a ModelProto with one entry in `metadata_props`. */
export function encodeModel(graph: OnnxGraph, metadataKey: string, metadata: string): Uint8Array {
  return concatBytes([
    varintField(1, IR_VERSION),
    stringField(2, 'sim2arm'),
    messageField(7, [
      ...graph.nodes.map((node) => messageField(1, encodeNode(node))),
      stringField(2, 'policy'),
      ...graph.initializers.map((tensor) => messageField(5, encodeTensor(tensor))),
      ...graph.inputs.map((value) => messageField(11, encodeValue(value))),
      ...graph.outputs.map((value) => messageField(12, encodeValue(value))),
    ]),
    messageField(8, [stringField(1, ''), varintField(2, OPSET_VERSION)]),
    messageField(14, [stringField(1, metadataKey), stringField(2, metadata)]),
  ])
}

/** What a reader takes from a ModelProto: its float tensors by name, and one metadata entry. */
export function decodeModel(
  bytes: Uint8Array,
  metadataKey: string,
): { tensors: Map<string, Float32Array>; metadata: string } {
  const model = readFields(bytes)
  const tensors = new Map<string, Float32Array>()
  for (const tensor of allBytes(readFields(onlyBytes(model, 7, 'graph')), 5)) {
    const fields = readFields(tensor)
    const isFloat = fields.some((f) => f.kind === 'varint' && f.field === 2 && f.value === FLOAT)
    if (!isFloat) continue
    const raw = onlyBytes(fields, 9, 'block of tensor values')
    if (raw.length % 4 !== 0) throw invalid(`${raw.length} bytes of float32 values`)
    tensors.set(
      decodeText(onlyBytes(fields, 8, 'tensor name')),
      // Copied: a view may start at any byte.
      new Float32Array(new Uint8Array(raw).buffer),
    )
  }
  for (const entry of allBytes(model, 14)) {
    const fields = readFields(entry)
    if (decodeText(onlyBytes(fields, 1, 'metadata key')) !== metadataKey) continue
    return { tensors, metadata: decodeText(onlyBytes(fields, 2, 'metadata value')) }
  }
  throw invalid(`an ONNX file without the metadata entry "${metadataKey}"`)
}

function encodeNode(node: OnnxNode): Uint8Array[] {
  return [
    ...node.inputs.map((name) => stringField(1, name)),
    ...node.outputs.map((name) => stringField(2, name)),
    stringField(3, node.name),
    stringField(4, node.op),
    ...Object.entries(node.integers ?? {}).map(([name, value]) =>
      messageField(5, [
        stringField(1, name),
        varintField(3, value),
        varintField(20, ATTRIBUTE_INT),
      ]),
    ),
  ]
}

function encodeTensor({ name, dimensions, values }: OnnxTensor): Uint8Array[] {
  return [
    ...dimensions.map((size) => varintField(1, size)),
    varintField(2, values instanceof Float32Array ? FLOAT : INT64),
    stringField(8, name),
    // raw_data is little-endian, as every platform JavaScript engines run on here.
    bytesField(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ]
}

function encodeValue({ name, dimensions, description }: OnnxValue): Uint8Array[] {
  const shape = dimensions.map((d) =>
    messageField(1, [typeof d === 'string' ? stringField(2, d) : varintField(1, d)]),
  )
  return [
    stringField(1, name),
    messageField(2, [messageField(1, [varintField(1, FLOAT), messageField(2, shape)])]),
    stringField(3, description),
  ]
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw invalid('a text that is not UTF-8')
  }
}
