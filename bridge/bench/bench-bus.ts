import { ServoClient } from '../../robot/bus/drivers/servo-client.ts'
import { type ReadBlock, SyncReader } from '../../robot/bus/drivers/sync-reader.ts'
import type { ServoProtocol } from '../../robot/bus/protocols/servo-protocol.ts'
import { wireTimeS } from '../../robot/bus/protocols/wire.ts'
import type { Transport } from '../../robot/bus/transports/transport.ts'
import type { EventClock } from '../../robot/model/clock.ts'

/** What one cycle of a control loop moves over the bus. */
export interface BusCycle {
  readonly protocol: ServoProtocol
  readonly ids: readonly number[]
  readonly baudBps: number
  readonly block: ReadBlock
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

const UNTIMED_CYCLES = 5
/** For adapters and schedulers; nothing in virtual time. */
const REPLY_MARGIN_S = 0.05

/** Runs cycles of one SYNC_READ and one SYNC_WRITE, each begun as soon as the last is over. */
export async function benchBus(options: BusBenchOptions): Promise<BusBenchResult> {
  const { protocol, ids, baudBps, block, clock, transport, cycles } = options
  const { writeAddress, writeBytes } = options
  const client = new ServoClient({ protocol, transport, clock, baudBps })
  const reader = new SyncReader({ client, ids, block, marginS: REPLY_MARGIN_S })
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
export function cycleBytes(cycle: BusCycle): number {
  const { protocol, ids, block, writeAddress, writeBytes } = cycle
  const values = new Uint8Array(ids.length * writeBytes)
  const request = protocol.encodeSyncRead(ids, block.address, block.length)
  const write = protocol.encodeSyncWrite(ids, writeAddress, writeBytes, values)
  const replies = ids.length * (protocol.statusOverheadBytes + block.length)
  return request.length + replies + write.length
}
