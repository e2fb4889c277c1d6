import { BROADCAST_ID, encodeFrame, INSTRUCTION } from './frame.ts'

const word = (value: number): [number, number] => [value & 0xff, value >> 8]

export const encodePing = (id: number): Uint8Array => encodeFrame(id, INSTRUCTION.PING)

export const encodeRead = (id: number, address: number, length: number): Uint8Array =>
  encodeFrame(id, INSTRUCTION.READ, [...word(address), ...word(length)])

export const encodeWrite = (id: number, address: number, bytes: ArrayLike<number>): Uint8Array =>
  encodeFrame(id, INSTRUCTION.WRITE, [...word(address), ...Array.from(bytes)])

/** A write that waits for `encodeAction`. */
export const encodeRegWrite = (id: number, address: number, bytes: ArrayLike<number>): Uint8Array =>
  encodeFrame(id, INSTRUCTION.REG_WRITE, [...word(address), ...Array.from(bytes)])

export const encodeAction = (id: number = BROADCAST_ID): Uint8Array =>
  encodeFrame(id, INSTRUCTION.ACTION)

/** What a factory reset leaves as it is. */
export const FACTORY_RESET = { ALL: 0xff, KEEP_ID: 0x01, KEEP_ID_AND_BAUD: 0x02 } as const

export const encodeFactoryReset = (
  id: number,
  option: (typeof FACTORY_RESET)[keyof typeof FACTORY_RESET],
): Uint8Array => encodeFrame(id, INSTRUCTION.FACTORY_RESET, [option])

export const encodeReboot = (id: number): Uint8Array => encodeFrame(id, INSTRUCTION.REBOOT)

/** Parameters of CLEAR that forget whole turns. */
export const CLEAR_TURNS: readonly number[] = [0x01, 0x44, 0x58, 0x4c, 0x22]

/** Brings the position back into one turn; the servo must stand still. */
export const encodeClearTurns = (id: number): Uint8Array =>
  encodeFrame(id, INSTRUCTION.CLEAR, CLEAR_TURNS)

/** First parameter of a backup, and those that follow it. */
export const TABLE_BACKUP = { STORE: 0x01, RESTORE: 0x02, KEY: [0x43, 0x54, 0x52, 0x4c] } as const

/** Puts the control table aside, or brings its EEPROM back; torque must be off. */
export const encodeTableBackup = (
  id: number,
  action: typeof TABLE_BACKUP.STORE | typeof TABLE_BACKUP.RESTORE,
): Uint8Array => encodeFrame(id, INSTRUCTION.CONTROL_TABLE_BACKUP, [action, ...TABLE_BACKUP.KEY])

/** One status packet comes back per id, in this order, each after the one before it. */
export const encodeSyncRead = (
  ids: readonly number[],
  address: number,
  length: number,
): Uint8Array =>
  encodeFrame(BROADCAST_ID, INSTRUCTION.SYNC_READ, [...word(address), ...word(length), ...ids])

/** All servos answer in one packet; see `splitFastStatus`. */
export const encodeFastSyncRead = (
  ids: readonly number[],
  address: number,
  length: number,
): Uint8Array =>
  encodeFrame(BROADCAST_ID, INSTRUCTION.FAST_SYNC_READ, [...word(address), ...word(length), ...ids])

/**
 * The same registers of several servos in one packet, without a reply.
 *
 * @param values - bytes for all ids, one after the other [ids.length * length]
 */
export function encodeSyncWrite(
  ids: readonly number[],
  address: number,
  length: number,
  values: ArrayLike<number>,
): Uint8Array {
  const parameters: number[] = [...word(address), ...word(length)]
  ids.forEach((id, index) => {
    parameters.push(id)
    for (let byte = 0; byte < length; byte++) parameters.push(values[index * length + byte] ?? 0)
  })
  return encodeFrame(BROADCAST_ID, INSTRUCTION.SYNC_WRITE, parameters)
}

/** Registers of one servo in a bulk request. */
export interface BulkItem {
  readonly id: number
  readonly address: number
  readonly length: number
}

const bulkParameters = ({ id, address, length }: BulkItem): number[] => [
  id,
  ...word(address),
  ...word(length),
]

export const encodeBulkRead = (items: readonly BulkItem[]): Uint8Array =>
  encodeFrame(BROADCAST_ID, INSTRUCTION.BULK_READ, items.flatMap(bulkParameters))

export const encodeFastBulkRead = (items: readonly BulkItem[]): Uint8Array =>
  encodeFrame(BROADCAST_ID, INSTRUCTION.FAST_BULK_READ, items.flatMap(bulkParameters))

/** @param values - bytes by item */
export const encodeBulkWrite = (
  items: readonly BulkItem[],
  values: readonly ArrayLike<number>[],
): Uint8Array =>
  encodeFrame(
    BROADCAST_ID,
    INSTRUCTION.BULK_WRITE,
    items.flatMap((item, index) => [...bulkParameters(item), ...Array.from(values[index]!)]),
  )
