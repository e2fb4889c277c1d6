import { FeetechClient } from '../../robot/bus/drivers/feetech-client.ts'
import { SyncReader } from '../../robot/bus/drivers/sync-reader.ts'
import { FRAME_OVERHEAD_BYTES, wireTimeS } from '../../robot/bus/protocols/feetech/frame.ts'
import type { Transport } from '../../robot/bus/transports/transport.ts'
import type { EventClock } from '../../robot/model/clock.ts'

/** What one cycle of a control loop moves over the bus. */
export interface BusCycle {
  readonly ids: readonly number[]
  readonly baudBps: number
  /** First register read, and bytes per servo. */
  readonly readAddress: number
  readonly readBytes: number
  /** First register written, and bytes per servo. */
  readonly writeAddress: number
  readonly writeBytes: number
}

export interface BusBenchOptions extends BusCycle {
  readonly transport: Transport
  readonly clock: EventClock
  readonly cycles: number
}

export interface BusBenchResult {
  readonly cyclesPerS: number
  /** Cycles whose bytes fill the wire without a pause [1/s]. */
  readonly wireLimit: number
  readonly bytesPerCycle: number
  readonly lostReplies: number
}

const SYNC_PARAMETERS = 2
const UNTIMED_CYCLES = 5
/** For adapters and schedulers; nothing in virtual time. */
const REPLY_MARGIN_S = 0.05

/** Runs cycles of one SYNC_READ and one SYNC_WRITE, each begun as soon as the last is over. */
export async function benchBus(options: BusBenchOptions): Promise<BusBenchResult> {
  const { ids, baudBps, clock, transport, cycles, writeAddress, writeBytes } = options
  const client = new FeetechClient({ transport, clock, baudBps })
  const reader = new SyncReader({
    client,
    ids,
    address: options.readAddress,
    length: options.readBytes,
    marginS: REPLY_MARGIN_S,
  })
  const values = new Uint8Array(ids.length * writeBytes)
  const cycle = async () => {
    await reader.read()
    await client.syncWrite(ids, writeAddress, writeBytes, values)
  }
  await client.open()
  try {
    for (let i = 0; i < UNTIMED_CYCLES; i++) await cycle()
    const lostBefore = reader.numLostReplies
    const beganS = clock.now()
    for (let i = 0; i < cycles; i++) await cycle()
    const durationS = clock.now() - beganS
    const bytesPerCycle = cycleBytes(options)
    return {
      cyclesPerS: cycles / durationS,
      wireLimit: 1 / wireTimeS(bytesPerCycle, baudBps),
      bytesPerCycle,
      lostReplies: reader.numLostReplies - lostBefore,
    }
  } finally {
    await client.close()
  }
}

/** Bytes of request, replies and write of one cycle. */
export function cycleBytes({ ids, readBytes, writeBytes }: BusCycle): number {
  const request = FRAME_OVERHEAD_BYTES + SYNC_PARAMETERS + ids.length
  const replies = ids.length * (FRAME_OVERHEAD_BYTES + readBytes)
  const write = FRAME_OVERHEAD_BYTES + SYNC_PARAMETERS + ids.length * (1 + writeBytes)
  return request + replies + write
}
