import {
  BROADCAST_ID,
  CRC_BYTES,
  INSTRUCTION,
  PREFIX_BYTES,
  writeCrc,
  writePrefix,
} from './frame.ts'

/** What one servo adds to the packet that answers a FAST read. */
export interface FastPart {
  readonly id: number
  readonly error: number
  readonly bytes: Uint8Array
}

/** Error, id and CRC, beside the registers. */
export const FAST_PART_OVERHEAD_BYTES = 2 + CRC_BYTES

/**
 * The packet that answers a FAST_SYNC_READ or FAST_BULK_READ: after the header of the first servo each adds
 * ERR ID DATA CRC, the CRC being that of everything before it.
 */
export function encodeFastStatus(parts: readonly FastPart[]): Uint8Array {
  const numBytes = parts.reduce(
    (sum, part) => sum + part.bytes.length + FAST_PART_OVERHEAD_BYTES,
    0,
  )
  const frame = new Uint8Array(PREFIX_BYTES + 1 + numBytes)
  writePrefix(frame, BROADCAST_ID, 1 + numBytes)
  frame[PREFIX_BYTES] = INSTRUCTION.STATUS
  let at = PREFIX_BYTES + 1
  for (const { id, error, bytes } of parts) {
    frame[at] = error
    frame[at + 1] = id
    frame.set(bytes, at + 2)
    at += bytes.length + FAST_PART_OVERHEAD_BYTES
    writeCrc(frame, at)
  }
  return frame
}

/**
 * The parts of such a packet, or null when it is not made of parts of these lengths. `parameters` are those
 * of the status packet with the error byte of the first servo before them.
 *
 * @param lengths - bytes of registers by servo, in the order asked
 */
export function splitFastStatus(
  parameters: Uint8Array,
  lengths: readonly number[],
): FastPart[] | null {
  const parts: FastPart[] = []
  let at = 0
  for (const length of lengths) {
    const end = at + length + FAST_PART_OVERHEAD_BYTES
    if (end > parameters.length + CRC_BYTES) return null
    const bytes = parameters.slice(at + 2, at + 2 + length)
    parts.push({ error: parameters[at]!, id: parameters[at + 1]!, bytes })
    at = end
  }
  // The packet's own CRC, which is the last servo's, is not among the parameters.
  return at === parameters.length + CRC_BYTES ? parts : null
}
