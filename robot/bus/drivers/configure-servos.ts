import { CodedError } from '../../../configs/load/coded-error.ts'
import { BAUD_RATES_BPS, findRegister } from '../protocols/feetech/control-table.ts'
import { decodeRegister, encodeRegister } from '../protocols/feetech/register-values.ts'
import type { FeetechClient } from './feetech-client.ts'

const ID = findRegister('ID')
const BAUD_RATE = findRegister('Baud_Rate')
const LOCK = findRegister('Lock')
const TORQUE = findRegister('Torque_Enable')
const OFFSET = findRegister('Homing_Offset')
const MIN_POSITION = findRegister('Min_Position_Limit')
const MAX_POSITION = findRegister('Max_Position_Limit')
const POSITION = findRegister('Present_Position')
const HOMED_TICKS = 2047
const LAST_TICKS = 4095

/**
 * Gives the only servo that answers to `fromId` a new id, for good.
 *
 * @throws ROBOT_SERVO_MISMATCH when `toId` is taken; ROBOT_SERVO_SILENT
 */
export async function assignServoId(
  client: FeetechClient,
  fromId: number,
  toId: number,
): Promise<void> {
  if (fromId === toId) return
  if (await client.ping(toId)) {
    throw new CodedError('ROBOT_SERVO_MISMATCH', `a servo with id ${toId} is on the bus already`, {
      hint: 'connect one servo at a time while setting ids',
    })
  }
  await client.write(fromId, TORQUE.address, [0])
  await client.write(fromId, LOCK.address, [0])
  await client.write(fromId, ID.address, [toId])
  await client.write(toId, LOCK.address, [1])
}

/** Sets the baud rate of servo `id` for good; it answers at the new rate from then on. */
export async function assignServoBaud(
  client: FeetechClient,
  id: number,
  baudBps: number,
): Promise<void> {
  const code = BAUD_RATES_BPS.indexOf(baudBps)
  if (code < 0) {
    throw new CodedError('CONFIG_INVALID', `servos have no rate of ${baudBps} bit/s`, {
      hint: `rates: ${BAUD_RATES_BPS.join(', ')}`,
    })
  }
  await client.write(id, LOCK.address, [0])
  await client.write(id, BAUD_RATE.address, [code])
}

/**
 * Makes servo `id` read 2047 where it stands now, as LeRobot's homing step does: torque off, old offset and
 * limits cleared, new offset kept. Gives the new `Homing_Offset`.
 */
export async function homeServo(client: FeetechClient, id: number): Promise<number> {
  await client.write(id, TORQUE.address, [0])
  await client.write(id, LOCK.address, [0])
  await client.write(id, OFFSET.address, encodeRegister(OFFSET, 0))
  await client.write(id, MIN_POSITION.address, encodeRegister(MIN_POSITION, 0))
  await client.write(id, MAX_POSITION.address, encodeRegister(MAX_POSITION, LAST_TICKS))
  const position = await readPosition(client, id)
  const offset = position - HOMED_TICKS
  await client.write(id, OFFSET.address, encodeRegister(OFFSET, offset))
  await client.write(id, LOCK.address, [1])
  return offset
}

/** What the position register of servo `id` reads [step]. */
export async function readPosition(client: FeetechClient, id: number): Promise<number> {
  const bytes = await client.read(id, POSITION.address, POSITION.size)
  return decodeRegister(POSITION, bytes, POSITION.address)
}
