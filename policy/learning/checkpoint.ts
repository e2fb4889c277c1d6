import { CodedError } from '../../configs/load/coded-error.ts'

/** Arrays by name: weights, moments, statistics. Scalars are arrays of one. */
export type NamedArrays = Readonly<Record<string, Float32Array | Float64Array>>

export interface Checkpoint {
  /** Plain JSON: iteration, curriculum, best result. */
  readonly progress: Readonly<Record<string, unknown>>
  readonly arrays: NamedArrays
}

/*
 * File: magic (8 bytes) · header length (uint32, little-endian) · header (JSON, padded with spaces to
 * a multiple of 8 from the start) · arrays in header order, each padded to 8 bytes · FNV-1a of
 * everything before, as two uint32 lanes.
 */
const MAGIC = 'S2ACKPT1'
const PREFIX_BYTES = 12
const DIGEST_BYTES = 8

interface Header {
  readonly progress: Readonly<Record<string, unknown>>
  readonly arrays: readonly { name: string; type: 'f32' | 'f64'; length: number }[]
}

export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const entries = Object.entries(checkpoint.arrays)
  const header: Header = {
    progress: checkpoint.progress,
    arrays: entries.map(([name, array]) => ({
      name,
      type: array instanceof Float32Array ? 'f32' : 'f64',
      length: array.length,
    })),
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const bodyStart = padded(PREFIX_BYTES + text.length)
  const bodyBytes = entries.reduce((sum, [, array]) => sum + padded(array.byteLength), 0)
  const bytes = new Uint8Array(bodyStart + bodyBytes + DIGEST_BYTES).fill(0x20, 0, bodyStart)
  bytes.set(new TextEncoder().encode(MAGIC))
  const view = new DataView(bytes.buffer)
  view.setUint32(8, bodyStart - PREFIX_BYTES, true)
  bytes.set(text, PREFIX_BYTES)
  let offset = bodyStart
  for (const [, array] of entries) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset)
    offset += padded(array.byteLength)
  }
  const [low, high] = digest(bytes.subarray(0, offset))
  view.setUint32(offset, low, true)
  view.setUint32(offset + 4, high, true)
  return bytes
}

/** Throws POLICY_CHECKPOINT_INVALID when the bytes are cut short, changed or of another format. */
export function decodeCheckpoint(bytes: Uint8Array, name: string): Checkpoint {
  const invalid = (found: string) =>
    new CodedError(
      'POLICY_CHECKPOINT_INVALID',
      `expected a checkpoint in ${name}, found ${found}`,
      {
        hint: 'resume from another checkpoint of the run folder',
      },
    )
  const magic = new TextDecoder().decode(bytes.subarray(0, MAGIC.length))
  if (magic !== MAGIC) throw invalid('another file format')
  const end = bytes.length - DIGEST_BYTES
  if (end < PREFIX_BYTES) throw invalid('a truncated file')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [low, high] = digest(bytes.subarray(0, end))
  if (view.getUint32(end, true) !== low || view.getUint32(end + 4, true) !== high) {
    throw invalid('a truncated or changed file')
  }
  const bodyStart = PREFIX_BYTES + view.getUint32(8, true)
  const text = new TextDecoder().decode(bytes.subarray(PREFIX_BYTES, bodyStart))
  const header = JSON.parse(text) as Header
  const arrays: Record<string, Float32Array | Float64Array> = {}
  let offset = bodyStart
  for (const { name: arrayName, type, length } of header.arrays) {
    const byteLength = length * (type === 'f32' ? 4 : 8)
    const copy = Uint8Array.from(bytes.subarray(offset, offset + byteLength)).buffer
    arrays[arrayName] = type === 'f32' ? new Float32Array(copy) : new Float64Array(copy)
    offset += padded(byteLength)
  }
  return { progress: header.progress, arrays }
}

/** The array named, or POLICY_CHECKPOINT_INVALID when it is missing or not of this length. */
export function savedArray(
  saved: NamedArrays,
  name: string,
  length: number,
): Float32Array | Float64Array {
  const array = saved[name]
  if (array?.length === length) return array
  throw new CodedError(
    'POLICY_CHECKPOINT_INVALID',
    `checkpoint array ${name} must hold ${length} values, found ${array?.length ?? 'none'}`,
    { hint: 'resume with the config of the run folder' },
  )
}

function padded(byteLength: number): number {
  return (byteLength + 7) & ~7
}

/** Two FNV-1a lanes over alternate bytes: finds cuts and flips, it is no signature. */
function digest(bytes: Uint8Array): [number, number] {
  let low = 0x811c9dc5
  let high = 0x811c9dc5 ^ bytes.length
  for (let k = 0; k + 1 < bytes.length; k += 2) {
    low = Math.imul(low ^ bytes[k]!, 0x01000193)
    high = Math.imul(high ^ bytes[k + 1]!, 0x01000193)
  }
  return [low >>> 0, high >>> 0]
}
