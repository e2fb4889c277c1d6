/**
 * Feetech FT-SCS frames: FF FF ID LEN X P1..PN CHK, where X is an instruction (to a servo) or the error
 * bits (from one), LEN = N + 2 and CHK is the inverted sum of ID..PN. No byte stuffing: FF FF may occur in
 * the parameters. Source: vendor wiki ftservo/ftservo-wiki, docs/en/reference/protocol/ft-scs.md @9522ce1.
 */

export const HEADER = 0xff
export const BROADCAST_ID = 254
export const MAX_ID = 253
/** Bytes of a frame beside its parameters. */
export const FRAME_OVERHEAD_BYTES = 6

export const INSTRUCTION = {
  PING: 0x01,
  READ: 0x02,
  WRITE: 0x03,
  REG_WRITE: 0x04,
  ACTION: 0x05,
  RECOVER: 0x06,
  RESTART: 0x08,
  BACKUP: 0x09,
  RESET: 0x0a,
  CALIBRATE: 0x0b,
  SYNC_READ: 0x82,
  SYNC_WRITE: 0x83,
} as const

/** A whole frame: an instruction to servo `id`, or the status of one (`code` = error bits). */
export function encodeFrame(
  id: number,
  code: number,
  parameters: ArrayLike<number> = [],
): Uint8Array {
  const frame = new Uint8Array(FRAME_OVERHEAD_BYTES + parameters.length)
  frame[0] = HEADER
  frame[1] = HEADER
  frame[2] = id
  frame[3] = parameters.length + 2
  frame[4] = code
  frame.set(parameters, 5)
  writeChecksum(frame)
  return frame
}

/** Puts the checksum into the last byte of `frame`. */
export function writeChecksum(frame: Uint8Array): void {
  frame[frame.length - 1] = checksum(frame, 2, frame.length - 1)
}

/** Inverted low byte of the sum of `bytes[start..end)`. */
export function checksum(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0
  for (let index = start; index < end; index++) sum += bytes[index]!
  return ~sum & 0xff
}
