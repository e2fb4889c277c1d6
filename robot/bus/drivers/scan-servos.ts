import type { EventClock } from '../../model/clock.ts'
import type { ServoProtocol } from '../protocols/servo-protocol.ts'
import type { Transport } from '../transports/transport.ts'
import { ServoClient } from './servo-client.ts'
import { SERVO_FAMILIES } from './servo-families.ts'
import type { ServoIdentity } from './servo-family.ts'

/** Longer than return delay and USB, short enough to try many. */
const PING_MARGIN_S = 0.015
const LAST_ID_TRIED = 20

export interface ScanOptions {
  readonly protocol: ServoProtocol
  /** Not yet open; closed again afterwards. */
  readonly transport: Transport
  readonly clock: EventClock
  readonly baudsBps?: readonly number[]
  readonly ids?: readonly number[]
  readonly signal?: AbortSignal
}

export interface FoundServo extends ServoIdentity {
  readonly id: number
  readonly baudBps: number
  /** As in arm files, or the bare number. */
  readonly model: string
}

/** Servos that answer on a port, asked one by one: Feetech forbids broadcast pings on a shared bus. */
export async function scanServos(options: ScanOptions): Promise<FoundServo[]> {
  const { protocol, transport, clock, baudsBps = protocol.baudRatesBps, signal } = options
  const ids = options.ids ?? Array.from({ length: LAST_ID_TRIED + 1 }, (_, id) => id)
  const found: FoundServo[] = []
  for (const baudBps of baudsBps) {
    const client = new ServoClient({
      protocol,
      transport,
      clock,
      baudBps,
      replyMarginS: PING_MARGIN_S,
    })
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

async function identify(client: ServoClient, id: number): Promise<FoundServo> {
  const { name, modelNumbers } = client.protocol
  const identity = await SERVO_FAMILIES[name].identify(client, id)
  const { modelNumber } = identity
  const known = Object.entries(modelNumbers).find(([, number]) => number === modelNumber)
  const model = known?.[0] ?? String(modelNumber)
  return { id, baudBps: client.baudBps, model, ...identity }
}
