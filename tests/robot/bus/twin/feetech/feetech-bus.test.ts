import { describe, expect, it } from 'vitest'
import { encodeFrame } from '../../../../../robot/bus/protocols/feetech/frame.ts'
import {
  encodeAction,
  encodeCalibrate,
  encodePing,
  encodeRead,
  encodeRegWrite,
  encodeRestart,
  encodeSyncRead,
  encodeSyncWrite,
  encodeWrite,
} from '../../../../../robot/bus/protocols/feetech/instructions.ts'
import { FirstOrderPlant } from '../../first-order-plant.ts'
import { createHost } from '../host.ts'

const IDS = [1, 2, 3, 4, 5, 6]
const idsOf = (frames: readonly { id: number }[]): number[] => frames.map(({ id }) => id)

describe('addressing on the emulated bus', () => {
  it('lets only the addressed servo answer', async () => {
    const { ask } = createHost(IDS)
    expect(idsOf(await ask(encodePing(4)))).toEqual([4])
    expect(await ask(encodePing(9))).toEqual([])
  })

  it('answers a broadcast ping in order of id, each in its slot', async () => {
    const { ask, clock } = createHost([2, 1, 5])
    const startS = clock.now()
    const frames = await ask(encodePing(254), 1)
    expect(idsOf(frames)).toEqual([1, 2, 5])
    // Request 6 bytes, slots of 9 bytes, reply 6 bytes, 10 us each.
    expect(frames.map(({ timeS }) => Math.round((timeS - startS) * 1e6))).toEqual([
      60 + 90 + 60,
      60 + 180 + 60,
      60 + 450 + 60,
    ])
  })

  it('does not answer broadcast writes and actions, nor SYNC_WRITE', async () => {
    const { ask, bus } = createHost(IDS)
    expect(await ask(encodeWrite(254, 41, [7]))).toEqual([])
    expect(await ask(encodeAction())).toEqual([])
    expect(await ask(encodeSyncWrite([1, 2], 41, 1, [8, 9]))).toEqual([])
    expect(bus.servos.map((servo) => servo.registers.bytes[41])).toEqual([8, 9, 7, 7, 7, 7])
  })

  it('leaves a gap for a missing servo in SYNC_READ', async () => {
    const { ask, bus } = createHost(IDS)
    bus.faults.deadIds.add(2)
    const frames = await ask(encodeSyncRead(IDS, 56, 2))
    expect(idsOf(frames)).toEqual([1, 3, 4, 5, 6])
    const gaps = frames.slice(1).map(({ timeS }, index) => timeS - frames[index]!.timeS)
    expect(gaps.map((gap) => Math.round(gap * 1e6))).toEqual([220, 110, 110, 110])
  })

  it('spoils the replies of two servos with one id', async () => {
    const { ask } = createHost([1, 1])
    expect(await ask(encodePing(1))).toEqual([])
    expect(await ask(encodeRead(1, 0, 5))).toEqual([])
  })

  it('spoils a reply that the host talks into, and the request too', async () => {
    const { ask, bus, clock, heard } = createHost(IDS)
    bus.receive(encodeSyncRead(IDS, 56, 8))
    await clock.advanceTo(clock.now() + 0.0003)
    const frames = await ask(encodePing(1))
    expect(bus.numCollisions).toBe(1)
    expect(idsOf(frames)).not.toContain(1)
    expect(heard.length).toBeLessThan(6)
  })
})

describe('edge cases, as firmware 3.10 has them', () => {
  it('stays silent on a wrong checksum', async () => {
    const { ask } = createHost(IDS)
    const damaged = encodePing(1)
    damaged[5]! ^= 1
    expect(await ask(damaged)).toEqual([])
  })

  it('answers a read past the end with what is there, and not at all from beyond it', async () => {
    const { ask } = createHost(IDS)
    expect((await ask(encodeRead(1, 80, 20)))[0]!.parameters).toHaveLength(7)
    expect(await ask(encodeRead(1, 0x57, 1))).toEqual([])
  })

  it('acknowledges unknown instructions and writes to read-only registers', async () => {
    const { ask } = createHost(IDS)
    expect(await ask(encodeFrame(1, 0x7e))).toHaveLength(1)
    expect(await ask(encodeWrite(1, 3, [0, 0]))).toHaveLength(1)
    expect((await ask(encodeRead(1, 3, 2)))[0]!.parameters).toEqual([0x09, 0x03])
    expect(await ask(encodeAction(1))).toHaveLength(1)
  })

  it('answers only reads and pings at response level 0', async () => {
    const { ask } = createHost(IDS)
    await ask(encodeWrite(1, 8, [0]))
    expect(await ask(encodeWrite(1, 41, [3]))).toEqual([])
    expect((await ask(encodeRead(1, 41, 1)))[0]!.parameters).toEqual([3])
    expect(await ask(encodePing(1))).toHaveLength(1)
  })

  it('carries out a registered write at ACTION', async () => {
    const { ask, bus } = createHost(IDS)
    await ask(encodeRegWrite(1, 41, [9]))
    expect(bus.servos[0]!.registers.bytes.slice(64, 65)[0]).toBe(1)
    expect(bus.servos[0]!.registers.bytes[41]).toBe(0)
    await ask(encodeAction())
    expect(bus.servos[0]!.registers.bytes[41]).toBe(9)
    expect(bus.servos[0]!.registers.bytes[64]).toBe(0)
  })

  it('is silent for 1.8 s after RESTART', async () => {
    const { ask, clock } = createHost(IDS)
    expect(await ask(encodeRestart(1))).toEqual([])
    await clock.advanceTo(1.79)
    expect(await ask(encodePing(1), 0.005)).toEqual([])
    await clock.advanceTo(1.81)
    expect(idsOf(await ask(encodePing(1)))).toEqual([1])
  })

  it('answers at the new id and the new baud rate after they were changed', async () => {
    const { ask, bus } = createHost([1])
    expect(idsOf(await ask(encodeWrite(1, 5, [8])))).toEqual([1])
    expect(await ask(encodePing(1))).toEqual([])
    expect(idsOf(await ask(encodePing(8)))).toEqual([8])
    await ask(encodeWrite(8, 6, [4]))
    expect(await ask(encodePing(8))).toEqual([])
    bus.setHostBaud(115_200)
    expect(idsOf(await ask(encodePing(8)))).toEqual([8])
  })
})

describe('the EEPROM lock', () => {
  it('keeps over a restart only what was written unlocked', async () => {
    const { ask, bus } = createHost([1])
    const { bytes } = bus.servos[0]!.registers
    await ask(encodeWrite(1, 21, [10]))
    expect(bytes[21]).toBe(10)
    await ask(encodeWrite(1, 55, [0]))
    await ask(encodeWrite(1, 22, [20]))
    await ask(encodeRestart(1))
    expect([bytes[21], bytes[22], bytes[55]]).toEqual([32, 20, 1])
  })
})

describe('the homing offset', () => {
  it('makes the position read 2047 when set to position − 2047', async () => {
    const { ask, plant } = createHost([1])
    plant.positionRad[0] = 1.234
    const position = async (): Promise<number> => {
      const [frame] = await ask(encodeRead(1, 56, 2))
      return frame!.parameters[0]! | (frame!.parameters[1]! << 8)
    }
    const before = await position()
    expect(before).toBe(Math.round(2047 + (1.234 * 4096) / (2 * Math.PI)))
    const offset = before - 2047
    await ask(encodeWrite(1, 31, [offset & 0xff, offset >> 8]))
    expect(await position()).toBe(2047)
    // Once more from there, as LeRobot does after a reset to 0; a negative offset.
    await ask(encodeWrite(1, 31, [0, 0]))
    plant.positionRad[0] = -1
    const below = (await position()) - 2047
    await ask(encodeWrite(1, 31, [-below & 0xff, (-below >> 8) | 0x08]))
    expect(await position()).toBe(2047)
  })

  it('is set by 128 in the torque register and by CALIBRATE', async () => {
    const { ask, plant, bus } = createHost([1])
    plant.positionRad[0] = 0.7
    await ask(encodeWrite(1, 40, [128]))
    expect((await ask(encodeRead(1, 56, 2)))[0]!.parameters).toEqual([0x00, 0x08])
    expect(bus.servos[0]!.registers.bytes[40]).toBe(0)
    await ask(encodeCalibrate(1, 1024))
    expect((await ask(encodeRead(1, 56, 2)))[0]!.parameters).toEqual([0x00, 0x04])
    await ask(encodeRestart(1))
    bus.advance()
    expect(bus.servos[0]!.registers.bytes.slice(56, 58)).toEqual(Uint8Array.of(0x00, 0x04))
  })
})

describe('the mechanics behind the emulated bus', () => {
  it('follow the clock, whatever time they began at', async () => {
    const { bus, clock, plant } = createHost([1], { plant: new FirstOrderPlant(1, 100) })
    await clock.advanceTo(0.5)
    bus.advance()
    expect(bus.plant.timeS).toBeCloseTo(100.5, 9)
    expect(plant.timeS).toBe(0)
  })

  it('skip what they cannot catch up with, when allowed to', async () => {
    const { bus, clock } = createHost([1], { maxLagS: 0.25 })
    await clock.advanceTo(10)
    bus.advance()
    // The plant's own steps are 2 ms.
    expect(Math.abs(bus.plant.timeS - 0.25)).toBeLessThan(0.0021)
    expect(bus.skippedS).toBeCloseTo(9.75, 9)
    await clock.advanceTo(10.1)
    bus.advance()
    expect(bus.plant.timeS).toBeGreaterThan(0.347)
  })
})

describe('an STS servo without position limits', () => {
  it('counts turns: goals lie anywhere, also where the register shows one turn', async () => {
    const host = createHost([1])
    await host.ask(encodeWrite(1, 9, [0, 0, 0, 0]))
    await host.ask(encodeWrite(1, 40, [1]))
    // 2 turns and 100 steps on.
    const goal = 2047 + 2 * 4096 + 100
    await host.ask(encodeWrite(1, 42, [goal & 0xff, goal >> 8]), 6)
    const [frame] = await host.ask(encodeRead(1, 56, 2))
    expect(Math.abs(frame!.parameters[0]! + 256 * frame!.parameters[1]! - 2147)).toBeLessThan(8)
    const turns = host.plant.positionRad[0]! / (2 * Math.PI)
    expect(Math.abs(turns - 2 - 100 / 4096)).toBeLessThan(0.01)
    // Back to where it began, over two turns.
    await host.ask(encodeWrite(1, 42, [0xff, 0x07]), 6)
    host.bus.advance()
    expect(Math.abs(host.plant.positionRad[0]!)).toBeLessThan(0.05)
  })
})

describe('an STS servo as a wheel', () => {
  /** Speed register after `waitS` [step/s], asked for so much. */
  async function speedAfter(host: ReturnType<typeof createHost>, raw: number, waitS: number) {
    await host.ask(encodeWrite(1, 46, [raw & 0xff, raw >> 8]), waitS)
    const [frame] = await host.ask(encodeRead(1, 58, 2))
    return frame!.parameters[0]! + 256 * frame!.parameters[1]!
  }

  it('turns at the speed asked for, either way, and speeds up as register 41 says', async () => {
    const host = createHost([1], { registers: { Operating_Mode: 1 } })
    // Torque on, 10 times 100 step/s².
    await host.ask(encodeWrite(1, 40, [1, 10]))
    expect(await speedAfter(host, 1000, 0.5)).toBeGreaterThanOrEqual(400)
    expect(await speedAfter(host, 1000, 0.01)).toBeLessThanOrEqual(600)
    expect(await speedAfter(host, 1000, 2)).toBe(1000)
    expect(await speedAfter(host, 0x8000 | 1000, 4)).toBe(0x8000 | 1000)
    expect(await speedAfter(host, 0, 3)).toBe(0)
  })
})

describe('time on the wire, six servos at 1 Mbaud', () => {
  const cycle = async (address: number, length: number, write: [number, number]) => {
    const host = createHost(IDS)
    const startS = host.clock.now()
    const frames = await host.ask(encodeSyncRead(IDS, address, length), 0.003)
    const readS = frames[5]!.timeS - startS
    const values = new Uint8Array(6 * write[1])
    const frame = encodeSyncWrite(IDS, write[0], write[1], values)
    await host.ask(frame)
    return { busyMs: host.bus.busyS * 1e3, cycleMs: (readS + frame.length * 1e-5) * 1e3 }
  }

  it('is 0.88 ms for position read and goal write, 1.03 ms with the pauses of the slots', async () => {
    const { busyMs, cycleMs } = await cycle(56, 2, [42, 2])
    expect(busyMs).toBeCloseTo(0.88, 9)
    expect(cycleMs).toBeCloseTo(1.03, 9)
  })

  it('is 1.54 ms for position to temperature and acceleration to speed, 592 Hz with slots', async () => {
    const { busyMs, cycleMs } = await cycle(56, 8, [41, 7])
    expect(busyMs).toBeCloseTo(1.54, 9)
    expect(Math.round(1000 / cycleMs)).toBe(592)
  })

  it('adds the return delay register, 2 us each', async () => {
    const { ask, clock } = createHost([1])
    await ask(encodeWrite(1, 7, [250]))
    const startS = clock.now()
    const [frame] = await ask(encodePing(1))
    expect(frame!.timeS - startS).toBeCloseTo(120e-6 + 500e-6, 9)
  })
})
