/** TensorBoard event files: TFRecord frames around hand-written protobuf `Event` messages. */

/** The record that opens every event file. */
export function encodeFileVersion(wallTimeS: number): Uint8Array {
  const version = new TextEncoder().encode('brain.Event:2')
  return frame([...doubleField(1, wallTimeS), ...bytesField(3, version)])
}

/** Scalars of one step as one record. */
export function encodeScalars(
  wallTimeS: number,
  step: number,
  scalars: Readonly<Record<string, number>>,
): Uint8Array {
  const summary = Object.entries(scalars).flatMap(([tag, value]) => {
    const entry = [...bytesField(1, new TextEncoder().encode(tag)), ...floatField(2, value)]
    return bytesField(1, entry)
  })
  const event = [...doubleField(1, wallTimeS), 2 << 3, ...varint(step), ...bytesField(5, summary)]
  return frame(event)
}

/** TFRecord: length (uint64), masked CRC of the length, bytes, masked CRC of the bytes. */
function frame(message: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(message.length + 16)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, message.length, true)
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true)
  bytes.set(message, 12)
  const end = 12 + message.length
  view.setUint32(end, maskedCrc32c(bytes.subarray(12, end)), true)
  return bytes
}

function varint(value: number): number[] {
  const out: number[] = []
  for (; value >= 128; value = Math.floor(value / 128)) out.push((value % 128) | 128)
  return [...out, value]
}

function bytesField(field: number, bytes: ArrayLike<number>): number[] {
  return [(field << 3) | 2, ...varint(bytes.length), ...Array.from(bytes)]
}

function doubleField(field: number, value: number): number[] {
  return [(field << 3) | 1, ...new Uint8Array(Float64Array.of(value).buffer)]
}

function floatField(field: number, value: number): number[] {
  return [(field << 3) | 5, ...new Uint8Array(Float32Array.of(value).buffer)]
}

/** CRC-32C (Castagnoli), rotated and offset as TFRecord asks. */
function maskedCrc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  crc = ~crc >>> 0
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
