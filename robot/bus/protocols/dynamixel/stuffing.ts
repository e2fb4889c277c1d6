/**
 * Byte stuffing: FF FF FD may stand nowhere but at the beginning of a packet, so in instruction and
 * parameters another FD follows it, which the receiver takes out again.
 */

const isHeaderEnd = (bytes: Uint8Array, index: number): boolean =>
  index >= 2 && bytes[index] === 0xfd && bytes[index - 1] === 0xff && bytes[index - 2] === 0xff

export function stuff(bytes: Uint8Array): Uint8Array {
  let numHeaders = 0
  for (let index = 2; index < bytes.length; index++) if (isHeaderEnd(bytes, index)) numHeaders++
  if (numHeaders === 0) return bytes
  const stuffed = new Uint8Array(bytes.length + numHeaders)
  let to = 0
  for (let index = 0; index < bytes.length; index++) {
    stuffed[to++] = bytes[index]!
    if (isHeaderEnd(bytes, index)) stuffed[to++] = 0xfd
  }
  return stuffed
}

/** Writes what `bytes` were before stuffing into `out`; how many they are. */
export function unstuff(bytes: Uint8Array, out: Uint8Array): number {
  let to = 0
  for (let index = 0; index < bytes.length; index++) {
    out[to++] = bytes[index]!
    if (isHeaderEnd(bytes, index) && bytes[index + 1] === 0xfd) index++
  }
  return to
}
