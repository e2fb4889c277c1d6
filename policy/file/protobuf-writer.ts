/** Protocol Buffers wire format, the part ONNX needs: every function returns the bytes of one field. */

const VARINT = 0
const LENGTH_DELIMITED = 2
const textEncoder = new TextEncoder()

/** @param value - a whole number from 0 to 2⁵³ - 1 */
export function varintField(field: number, value: number): Uint8Array {
  return concatBytes([varint(field * 8 + VARINT), varint(value)])
}

export function bytesField(field: number, value: Uint8Array): Uint8Array {
  return concatBytes([varint(field * 8 + LENGTH_DELIMITED), varint(value.length), value])
}

export function stringField(field: number, value: string): Uint8Array {
  return bytesField(field, textEncoder.encode(value))
}

/** A message inside a message: its fields, in the order given. */
export function messageField(field: number, parts: readonly Uint8Array[]): Uint8Array {
  return bytesField(field, concatBytes(parts))
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
  return Uint8Array.from(bytes)
}
