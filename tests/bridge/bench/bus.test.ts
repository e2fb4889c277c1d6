import { describe, expect, it } from 'vitest'
import { cycleBytes } from '../../../bridge/bench/bench-bus.ts'
import { benchVirtualBus } from '../../../bridge/bench/reports/bus.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'

const so101 = loadArmDescription('so101')

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
      const result = await benchVirtualBus(so101, row)
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
    const cycle = { baudBps: 1e6, readAddress: 56, readBytes: 2, writeAddress: 42, writeBytes: 2 }
    // 9 for the request, 8 for the one reply, 11 for the write.
    expect(cycleBytes({ ...cycle, ids: [1] })).toBe(9 + 8 + 11)
  })
})
