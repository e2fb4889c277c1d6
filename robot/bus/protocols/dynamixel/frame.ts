import { crc16 } from './crc.ts'
import { stuff } from './stuffing.ts'

/**
 * Dynamixel Protocol 2.0 packets: FF FF FD 00 ID LEN_L LEN_H INST P1..PN CRC_L CRC_H, where LEN counts what
 * follows it, byte stuffing included. A servo's answer is the instruction STATUS with its error byte as
 * first parameter. Source: ROBOTIS e-Manual, docs/en/dxl/protocol2.md @0117956.
 */

export const HEADER: readonly number[] = [0xff, 0xff, 0xfd, 0x00]
export const BROADCAST_ID = 254
export const MAX_ID = 252
/** Bytes before the instruction. */
export const PREFIX_BYTES = 7
export const CRC_BYTES = 2
/** Bytes of an instruction packet beside its parameters. */
export const FRAME_OVERHEAD_BYTES = PREFIX_BYTES + 1 + CRC_BYTES
/** Bytes of a status packet beside its parameters. */
export const STATUS_OVERHEAD_BYTES = FRAME_OVERHEAD_BYTES + 1

export const INSTRUCTION = {
  PING: 0x01,
  READ: 0x02,
  WRITE: 0x03,
  REG_WRITE: 0x04,
  ACTION: 0x05,
  FACTORY_RESET: 0x06,
  REBOOT: 0x08,
  CLEAR: 0x10,
  CONTROL_TABLE_BACKUP: 0x20,
  STATUS: 0x55,
  SYNC_READ: 0x82,
  SYNC_WRITE: 0x83,
  FAST_SYNC_READ: 0x8a,
  BULK_READ: 0x92,
  BULK_WRITE: 0x93,
  FAST_BULK_READ: 0x9a,
} as const

/** A whole packet, stuffed where it has to be. */
export function encodeFrame(
  id: number,
  instruction: number,
  parameters: ArrayLike<number> = [],
): Uint8Array {
  const content = new Uint8Array(1 + parameters.length)
  content[0] = instruction
  content.set(parameters, 1)
  const stuffed = stuff(content)
  const frame = new Uint8Array(PREFIX_BYTES + stuffed.length + CRC_BYTES)
  writePrefix(frame, id, stuffed.length + CRC_BYTES)
  frame.set(stuffed, PREFIX_BYTES)
  writeCrc(frame, frame.length)
  return frame
}

/** The answer of servo `id`. */
export const encodeStatus = (
  id: number,
  error: number,
  parameters: ArrayLike<number> = [],
): Uint8Array => encodeFrame(id, INSTRUCTION.STATUS, [error, ...Array.from(parameters)])

export function writePrefix(frame: Uint8Array, id: number, length: number): void {
  frame.set(HEADER)
  frame[4] = id
  frame[5] = length & 0xff
  frame[6] = length >> 8
}

/** Puts the CRC of everything before into the two bytes that end at `end`. */
export function writeCrc(frame: Uint8Array, end: number): void {
  const crc = crc16(frame, 0, end - CRC_BYTES)
  frame[end - 2] = crc & 0xff
  frame[end - 1] = crc >> 8
}
