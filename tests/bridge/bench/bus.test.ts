import { describe, expect, it } from 'vitest'
import { cycleBytes } from '../../../bridge/bench/bench-bus.ts'
import { benchVirtualBus } from '../../../bridge/bench/reports/bus.ts'
import { FEETECH } from '../../../robot/bus/protocols/feetech/protocol.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'

const so101 = loadArmDescription('so101')
const koch = loadArmDescription('koch')
/** Of an STS servo: longer writes begin there, before the goal. */
const ACCELERATION = 41
const GOAL = 42

/**
 * Six servos at 1 Mbaud, 10 bits a byte, worked out by hand: request 8 + 6, replies 6 · (6 + read), write
 * 8 + 6 · (1 + write) bytes; the second to sixth reply each wait 3 byte times more.
 */
const TABLE = [
  { readBytes: 2, writeBytes: 2, bytes: 14 + 48 + 26, wireLimit: 1136, cyclesPerS: 971 },
  { readBytes: 4, writeBytes: 2, bytes: 14 + 60 + 26, wireLimit: 1000, cyclesPerS: 870 },
  { readBytes: 8, writeBytes: 2, bytes: 14 + 84 + 26, wireLimit: 806, cyclesPerS: 719 },
  { readBytes: 8, writeBytes: 7, bytes: 14 + 84 + 56, wireLimit: 649, cyclesPerS: 592 },
  { readBytes: 15, writeBytes: 7, bytes: 14 + 126 + 56, wireLimit: 510, cyclesPerS: 474 },
]

describe('the bench of the servo bus', () => {
  it.each(TABLE)(
    'runs $readBytes bytes read and $writeBytes written as fast as the wire',
    async (row) => {
      const { readBytes, writeBytes } = row
      const writeAddress = writeBytes > 2 ? ACCELERATION : GOAL
      const result = await benchVirtualBus(so101, { readBytes, writeBytes, writeAddress })
      expect(result.bytesPerCycle).toBe(row.bytes)
      expect(Math.round(result.wireLimit)).toBe(row.wireLimit)
      expect(Math.round(result.cyclesPerS)).toBe(row.cyclesPerS)
      expect(result.lostReplies).toBe(0)
    },
  )

  it('gives the same numbers every time', async () => {
    expect(await benchVirtualBus(so101)).toEqual(await benchVirtualBus(so101))
  })

  it('counts the bytes of a cycle for any number of servos', () => {
    const block = { address: 56, length: 2, spare: 'after' } as const
    const write = { writeAddress: GOAL, writeBytes: 2 }
    const cycle = { protocol: FEETECH, baudBps: 1e6, block, ...write }
    // 9 for the request, 8 for the one reply, 11 for the write.
    expect(cycleBytes({ ...cycle, ids: [1] })).toBe(9 + 8 + 11)
  })

  it.each([
    // Bytes of position read and goal write: 20 + 90 + 44, the servos one after the other.
    { delayUs: 0, cyclesPerS: 649 },
    { delayUs: 500, cyclesPerS: 220 },
  ])('runs Dynamixel servos with $delayUs us of return delay in a chain', async (row) => {
    const registers = { Return_Delay_Time: row.delayUs / 2 }
    const result = await benchVirtualBus(koch, { readAddress: 132, readBytes: 4, registers })
    expect(result.bytesPerCycle).toBe(20 + 90 + 44)
    expect(Math.round(result.cyclesPerS)).toBe(row.cyclesPerS)
    expect(result.lostReplies).toBe(0)
  })
})
