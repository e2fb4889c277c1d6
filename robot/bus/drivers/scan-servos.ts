import type { EventClock } from '../../model/clock.ts'
import {
  BAUD_RATES_BPS,
  findRegister,
  MODEL_NUMBERS,
  STS_MEMORY_BYTES,
} from '../protocols/feetech/control-table.ts'
import { decodeRegister } from '../protocols/feetech/register-values.ts'
import type { Transport } from '../transports/transport.ts'
import { FeetechClient } from './feetech-client.ts'

/** Longer than return delay and USB, short enough to try many. */
const PING_MARGIN_S = 0.015
const LAST_ID_TRIED = 20

export interface ScanOptions {
  /** Not yet open; closed again afterwards. */
  readonly transport: Transport
  readonly clock: EventClock
  readonly baudsBps?: readonly number[]
  readonly ids?: readonly number[]
  readonly signal?: AbortSignal
}

export interface FoundServo {
  readonly id: number
  readonly baudBps: number
  /** As in arm files, or the bare number. */
  readonly model: string
  readonly firmware: string
  readonly positionTicks: number
  readonly homingOffsetTicks: number
  readonly voltageV: number
  readonly temperatureC: number
}

/** Servos that answer on a port, asked one by one: the vendor forbids broadcast pings on a shared bus. */
export async function scanServos(options: ScanOptions): Promise<FoundServo[]> {
  const { transport, clock, baudsBps = BAUD_RATES_BPS, signal } = options
  const ids = options.ids ?? Array.from({ length: LAST_ID_TRIED + 1 }, (_, id) => id)
  const found: FoundServo[] = []
  for (const baudBps of baudsBps) {
    const client = new FeetechClient({ transport, clock, baudBps, replyMarginS: PING_MARGIN_S })
    await client.open(signal)
    try {
      for (const id of ids) {
        signal?.throwIfAborted()
        if (await client.ping(id)) found.push(await identify(client, id))
      }
    } finally {
      await client.close()
    }
  }
  return found
}

async function identify(client: FeetechClient, id: number): Promise<FoundServo> {
  const memory = await client.read(id, 0, STS_MEMORY_BYTES)
  const get = (name: string): number => decodeRegister(findRegister(name), memory)
  const number = get('Model_Number')
  const known = Object.entries(MODEL_NUMBERS).find(([, value]) => value === number)
  return {
    id,
    baudBps: client.baudBps,
    model: known?.[0] ?? String(number),
    firmware: `${get('Firmware_Major_Version')}.${get('Firmware_Minor_Version')}`,
    positionTicks: get('Present_Position'),
    homingOffsetTicks: get('Homing_Offset'),
    voltageV: get('Present_Voltage') / 10,
    temperatureC: get('Present_Temperature'),
  }
}
