import { BROADCAST_ID, encodeFrame, INSTRUCTION } from './frame.ts'

export const encodePing = (id: number): Uint8Array => encodeFrame(id, INSTRUCTION.PING)

export const encodeRead = (id: number, address: number, length: number): Uint8Array =>
  encodeFrame(id, INSTRUCTION.READ, [address, length])

export const encodeWrite = (id: number, address: number, bytes: ArrayLike<number>): Uint8Array =>
  encodeFrame(id, INSTRUCTION.WRITE, [address, ...Array.from(bytes)])

/** A write that waits for `encodeAction`. */
export const encodeRegWrite = (id: number, address: number, bytes: ArrayLike<number>): Uint8Array =>
  encodeFrame(id, INSTRUCTION.REG_WRITE, [address, ...Array.from(bytes)])

export const encodeAction = (id: number = BROADCAST_ID): Uint8Array =>
  encodeFrame(id, INSTRUCTION.ACTION)

/** One status frame comes back per id, in this order. */
export const encodeSyncRead = (
  ids: readonly number[],
  address: number,
  length: number,
): Uint8Array => encodeFrame(BROADCAST_ID, INSTRUCTION.SYNC_READ, [address, length, ...ids])

/**
 * The same registers of several servos in one frame, without a reply.
 *
 * @param values - bytes for all ids, one after the other [ids.length * length]
 */
export function encodeSyncWrite(
  ids: readonly number[],
  address: number,
  length: number,
  values: ArrayLike<number>,
): Uint8Array {
  const parameters: number[] = [address, length]
  ids.forEach((id, index) => {
    parameters.push(id)
    for (let byte = 0; byte < length; byte++) parameters.push(values[index * length + byte] ?? 0)
  })
  return encodeFrame(BROADCAST_ID, INSTRUCTION.SYNC_WRITE, parameters)
}

export const encodeRestart = (id: number): Uint8Array => encodeFrame(id, INSTRUCTION.RESTART)

/** Back to the saved parameters, all but the id; the EEPROM must be unlocked. */
export const encodeRecover = (id: number): Uint8Array => encodeFrame(id, INSTRUCTION.RECOVER)

export const encodeBackup = (id: number): Uint8Array => encodeFrame(id, INSTRUCTION.BACKUP)

/** Sets the count of turns to zero. */
export const encodeResetTurns = (id: number): Uint8Array => encodeFrame(id, INSTRUCTION.RESET)

/** Makes the present position read `position` [step]; the middle, 2048, when left out. */
export function encodeCalibrate(id: number, position?: number): Uint8Array {
  const parameters = position === undefined ? [] : [position & 0xff, (position >> 8) & 0xff]
  return encodeFrame(id, INSTRUCTION.CALIBRATE, parameters)
}
