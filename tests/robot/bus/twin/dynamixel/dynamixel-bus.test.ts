import { describe, expect, it } from 'vitest'
import { splitFastStatus } from '../../../../../robot/bus/protocols/dynamixel/fast-status.ts'
import {
  encodeBulkRead,
  encodeBulkWrite,
  encodeFastBulkRead,
  encodeFastSyncRead,
  encodePing,
  encodeRead,
  encodeSyncRead,
  encodeSyncWrite,
  encodeWrite,
} from '../../../../../robot/bus/protocols/dynamixel/instructions.ts'
import type { HeardFrame } from '../host.ts'
import { bytes4, createBus, idsOf } from './dynamixel-host.ts'

const IDS = [1, 2, 3, 4, 5, 6]

describe('who answers on a Dynamixel bus', () => {
  it('is the servo that is addressed, with model number and firmware to a ping', async () => {
    const { ask } = createBus(IDS)
    const [frame] = await ask(encodePing(4))
    // 1200 = 0x04B0.
    expect(frame).toMatchObject({ id: 4, error: 0, parameters: [0xb0, 0x04, 52] })
    expect(await ask(encodePing(9))).toEqual([])
  })

  it('is everybody, in order of id, to a broadcast ping; nobody to other broadcasts', async () => {
    const { ask, bus } = createBus([5, 1, 2])
    expect(idsOf(await ask(encodePing(254), 1))).toEqual([1, 2, 5])
    expect(await ask(encodeRead(254, 132, 4))).toEqual([])
    expect(await ask(encodeWrite(254, 65, [1]))).toEqual([])
    expect(await ask(encodeSyncWrite([1, 2], 112, 4, [...bytes4(7), ...bytes4(8)]))).toEqual([])
    expect(bus.servos.map(({ registers }) => [registers.bytes[65], registers.bytes[112]])).toEqual([
      [1, 0],
      [1, 7],
      [1, 8],
    ])
  })

  it('follows Status_Return_Level: 0 pings, 1 also reads, 2 all', async () => {
    const { ask } = createBus([1])
    await ask(encodeWrite(1, 68, [1]))
    expect(await ask(encodeWrite(1, 65, [1]))).toEqual([])
    expect(await ask(encodeRead(1, 65, 1))).toMatchObject([{ parameters: [1] }])
    await ask(encodeWrite(1, 68, [0]))
    expect(await ask(encodeRead(1, 65, 1))).toEqual([])
    expect(await ask(encodeSyncRead([1], 65, 1))).toEqual([])
    expect(idsOf(await ask(encodePing(1)))).toEqual([1])
  })

  it('is nobody at the id of a group, which does what it is asked in its RAM', async () => {
    const { ask, bus } = createBus([1, 2, 3])
    for (const id of [1, 2]) await ask(encodeWrite(id, 12, [3]))
    const leds = (): number[] => bus.servos.map(({ registers }) => registers.bytes[65]!)
    expect(idsOf(await ask(encodeWrite(3, 65, [1])))).toEqual([3])
    expect(leds()).toEqual([1, 1, 1])
    await ask(encodeSyncWrite([3], 65, 1, [0]))
    expect(leds()).toEqual([0, 0, 0])
    expect(idsOf(await ask(encodeSyncRead([3], 65, 1)))).toEqual([3])
    // Temperature limit: EEPROM.
    await ask(encodeWrite(3, 31, [60]))
    expect(bus.servos.map(({ registers }) => registers.bytes[31])).toEqual([70, 70, 60])
    // 253 and more belong to none.
    await ask(encodeWrite(1, 12, [253]))
    await ask(encodeWrite(3, 65, [1]))
    expect(leds()).toEqual([0, 1, 1])
  })

  it('is a servo at its new id and its new rate', async () => {
    const { ask, bus } = createBus([1])
    expect(idsOf(await ask(encodeWrite(1, 7, [8])))).toEqual([1])
    expect(idsOf(await ask(encodePing(8)))).toEqual([8])
    await ask(encodeWrite(8, 8, [2]))
    expect(await ask(encodePing(8))).toEqual([])
    bus.setHostBaud(115_200)
    expect(idsOf(await ask(encodePing(8)))).toEqual([8])
  })
})

describe('reads of several Dynamixel servos', () => {
  it('wait for the one before: a missing servo silences those after it', async () => {
    const { ask, bus } = createBus(IDS)
    expect(idsOf(await ask(encodeSyncRead([3, 1, 5], 132, 4)))).toEqual([3, 1, 5])
    bus.faults.deadIds.add(4)
    expect(idsOf(await ask(encodeSyncRead(IDS, 132, 4)))).toEqual([1, 2, 3])
  })

  it('take other registers from each in BULK_READ, and write them in BULK_WRITE', async () => {
    const { ask, bus } = createBus(IDS)
    const items = [
      { id: 2, address: 144, length: 2 },
      { id: 5, address: 146, length: 1 },
    ]
    const frames = await ask(encodeBulkRead(items))
    expect(frames.map(({ id, parameters }) => [id, parameters])).toEqual([
      [2, [50, 0]],
      [5, [30]],
    ])
    const wanted = [
      { id: 1, address: 84, length: 2 },
      { id: 2, address: 65, length: 1 },
    ]
    expect(await ask(encodeBulkWrite(wanted, [[0x20, 0x03], [1]]))).toEqual([])
    expect(bus.servos[0]!.registers.bytes[84]).toBe(0x20)
    expect(bus.servos[1]!.registers.bytes[65]).toBe(1)
  })

  /** What the broadcast id's status packet holds, its first error byte included. */
  const contentOf = ({ error, parameters }: HeardFrame): Uint8Array =>
    Uint8Array.of(error, ...parameters)

  it('come in one packet in FAST_SYNC_READ and FAST_BULK_READ', async () => {
    const { ask, plant } = createBus(IDS)
    plant.positionRad.set([0, 0.1, 0.2, 0.3, 0.4, 0.5])
    const [frame, ...others] = await ask(encodeFastSyncRead(IDS, 132, 4))
    expect(others).toEqual([])
    const parts = splitFastStatus(contentOf(frame!), Array(6).fill(4))!
    expect(parts.map(({ id }) => id)).toEqual(IDS)
    const positions = parts.map(({ bytes }) => Buffer.from(bytes).readInt32LE())
    expect(positions).toEqual(
      [0, 0.1, 0.2, 0.3, 0.4, 0.5].map((angle) => Math.round(2047 + (angle * 2048) / Math.PI)),
    )
    const items = [
      { id: 3, address: 144, length: 2 },
      { id: 1, address: 146, length: 1 },
    ]
    const [bulk] = await ask(encodeFastBulkRead(items))
    expect(splitFastStatus(contentOf(bulk!), [2, 1])).toEqual([
      { id: 3, error: 0, bytes: Uint8Array.of(50, 0) },
      { id: 1, error: 0, bytes: Uint8Array.of(30) },
    ])
  })

  it('stay unfinished in a FAST read when one is missing', async () => {
    const { ask, bus } = createBus(IDS)
    bus.faults.deadIds.add(2)
    expect(await ask(encodeFastSyncRead(IDS, 132, 4))).toEqual([])
    // Prefix, STATUS and the part of the first servo have passed: 8 + 8 bytes beside the request's 20.
    expect(bus.busyS * 1e6).toBeCloseTo(10 * (20 + 16), 6)
  })
})

describe('time on the Dynamixel wire, six servos at 1 Mbit/s', () => {
  const write = encodeSyncWrite(IDS, 116, 4, new Uint8Array(24))

  const cycleMs = async (request: Uint8Array, registers = {}): Promise<number> => {
    const host = createBus(IDS, { registers })
    const startS = host.clock.now()
    const frames = await host.ask(request, 0.01)
    return (frames.at(-1)!.timeS - startS + write.length * 1e-5) * 1e3
  }

  it('is 20 + 90 + 44 bytes for positions and goals, 649 Hz', async () => {
    const ms = await cycleMs(encodeSyncRead(IDS, 132, 4))
    expect(ms).toBeCloseTo(1.54, 9)
    expect(Math.round(1000 / ms)).toBe(649)
  })

  it('is 220 Hz with the factory’s 500 us before each answer', async () => {
    const ms = await cycleMs(encodeSyncRead(IDS, 132, 4), { Return_Delay_Time: 250 })
    expect(Math.round(1000 / ms)).toBe(220)
  })

  it('is 833 Hz with one packet for all', async () => {
    expect(Math.round(1000 / (await cycleMs(encodeFastSyncRead(IDS, 132, 4))))).toBe(833)
  })
})
