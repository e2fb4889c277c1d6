import { CodedError } from '../../../configs/load/coded-error.ts'
import { STEPS_PER_TURN } from '../protocols/encoder.ts'
import type { ServoClient } from './servo-client.ts'
import { SERVO_FAMILIES } from './servo-families.ts'
import type { ServoFamily } from './servo-family.ts'

const HOMED_TICKS = 2047

const familyOf = (client: ServoClient): ServoFamily => SERVO_FAMILIES[client.protocol.name]

/**
 * Gives the only servo that answers to `fromId` a new id, for good.
 *
 * @throws ROBOT_SERVO_MISMATCH when `toId` is taken; CONFIG_INVALID when there is no such id; ROBOT_SERVO_SILENT
 */
export async function assignServoId(
  client: ServoClient,
  fromId: number,
  toId: number,
): Promise<void> {
  if (fromId === toId) return
  if (toId > client.protocol.maxId) {
    throw new CodedError('CONFIG_INVALID', `servos have no id ${toId}`, {
      hint: `ids of ${client.protocol.vendor} servos: 0 to ${client.protocol.maxId}`,
    })
  }
  if (await client.isThere(toId)) {
    throw new CodedError('ROBOT_SERVO_MISMATCH', `a servo with id ${toId} is on the bus already`, {
      hint: 'connect one servo at a time while setting ids',
    })
  }
  const { prepare, registers, writeKept } = familyOf(client)
  await prepare(client, [fromId])
  await client.writeRegister(fromId, registers.torque, 0)
  await writeKept(client, fromId, [[registers.id, toId]])
}

/** Sets the baud rate of servo `id` for good; it answers at the new rate from then on. */
export async function assignServoBaud(
  client: ServoClient,
  id: number,
  baudBps: number,
): Promise<void> {
  const { baudRatesBps } = client.protocol
  const code = baudRatesBps.indexOf(baudBps)
  if (code < 0) {
    throw new CodedError('CONFIG_INVALID', `servos have no rate of ${baudBps} bit/s`, {
      hint: `rates: ${baudRatesBps.join(', ')}`,
    })
  }
  const { registers, writeKept } = familyOf(client)
  await writeKept(client, id, [[registers.baud, code]])
}

/**
 * Makes servo `id` read 2047 where it stands now, or 2048 at the end of a Feetech servo's turn, as LeRobot's homing
 * step does: torque off, old offset and limits cleared, new offset kept; a reversed servo runs forward again. Gives the
 * new `Homing_Offset`.
 */
export async function homeServo(client: ServoClient, id: number): Promise<number> {
  const family = familyOf(client)
  const { torque, homingOffset, minPosition, maxPosition } = family.registers
  await family.prepare(client, [id])
  await client.writeRegister(id, torque, 0)
  await family.writeKept(client, id, [
    ...family.homingValues,
    [homingOffset, 0],
    [minPosition, 0],
    [maxPosition, STEPS_PER_TURN - 1],
  ])
  const offset = family.homingOffset(await readPosition(client, id), HOMED_TICKS)
  await family.writeKept(client, id, [[homingOffset, offset]])
  return offset
}

/** What the position register of servo `id` reads [step]. */
export const readPosition = (client: ServoClient, id: number): Promise<number> =>
  client.readRegister(id, familyOf(client).registers.position)
