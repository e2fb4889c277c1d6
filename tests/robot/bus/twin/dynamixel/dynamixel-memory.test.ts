import { describe, expect, it } from 'vitest'
import { encodeFrame } from '../../../../../robot/bus/protocols/dynamixel/frame.ts'
import {
  encodeAction,
  encodeClearTurns,
  encodeFactoryReset,
  encodePing,
  encodeRead,
  encodeReboot,
  encodeRegWrite,
  encodeTableBackup,
  encodeWrite,
  FACTORY_RESET,
  TABLE_BACKUP,
} from '../../../../../robot/bus/protocols/dynamixel/instructions.ts'
import { bytes4, createBus, idsOf } from './dynamixel-host.ts'

const { RESTORE, STORE } = TABLE_BACKUP

describe('what a Dynamixel servo refuses', () => {
  it('with error 7 is an EEPROM register under torque, a read-only and an undefined one', async () => {
    const { errorOf } = createBus([1])
    expect(await errorOf(encodeWrite(1, 11, [4]))).toBe(0)
    await errorOf(encodeWrite(1, 64, [1]))
    expect(await errorOf(encodeWrite(1, 11, [3]))).toBe(7)
    expect(await errorOf(encodeWrite(1, 84, [0x20, 0x03]))).toBe(0)
    await errorOf(encodeWrite(1, 64, [0]))
    expect(await errorOf(encodeWrite(1, 11, [3]))).toBe(0)
    expect(await errorOf(encodeWrite(1, 132, bytes4(0)))).toBe(7)
    expect(await errorOf(encodeWrite(1, 14, [0]))).toBe(7)
    expect(await errorOf(encodeRead(1, 14, 1))).toBe(7)
    expect(await errorOf(encodeRead(1, 228, 1))).toBe(7)
  })

  it('with error 5 is less than a whole register, with 4 a value outside its range', async () => {
    const { errorOf } = createBus([1])
    expect(await errorOf(encodeWrite(1, 116, [0, 8]))).toBe(5)
    expect(await errorOf(encodeWrite(1, 9, [255]))).toBe(4)
    expect(await errorOf(encodeWrite(1, 11, [2]))).toBe(4)
    expect(await errorOf(encodeWrite(1, 84, [0xff, 0x7f]))).toBe(4)
  })

  it('with error 6 is a goal beyond its limit; positions only in position mode', async () => {
    const { errorOf } = createBus([1])
    await errorOf(encodeWrite(1, 48, bytes4(3000)))
    expect(await errorOf(encodeWrite(1, 116, bytes4(3001)))).toBe(6)
    expect(await errorOf(encodeWrite(1, 116, bytes4(3000)))).toBe(0)
    expect(await errorOf(encodeWrite(1, 104, bytes4(-446)))).toBe(6)
    await errorOf(encodeWrite(1, 36, [100, 0]))
    expect(await errorOf(encodeWrite(1, 100, [101, 0]))).toBe(6)
    await errorOf(encodeWrite(1, 11, [4]))
    expect(await errorOf(encodeWrite(1, 116, bytes4(-900_000)))).toBe(0)
    expect(await errorOf(encodeWrite(1, 116, bytes4(1_048_576)))).toBe(4)
  })

  it('changes nothing, not even the good part of a longer write', async () => {
    const { errorOf, read } = createBus([1])
    // P gain good, the next register undefined.
    expect(await errorOf(encodeWrite(1, 84, [1, 0, 0, 0]))).toBe(7)
    expect(await read(84, 2)).toEqual([0x90, 0x01])
  })

  it('with error 2 is an unknown instruction and an ACTION without REG_WRITE, with 3 damage', async () => {
    const { errorOf, read } = createBus([1])
    expect(await errorOf(encodeFrame(1, 0x7e))).toBe(2)
    expect(await errorOf(encodeAction(1))).toBe(2)
    const damaged = encodeWrite(1, 65, [1])
    damaged[10]! ^= 1
    expect(await errorOf(damaged)).toBe(3)
    expect(await errorOf(encodeRegWrite(1, 65, [1]))).toBe(0)
    expect([await read(69, 1), await read(65, 1)]).toEqual([[1], [0]])
    expect(await errorOf(encodeAction(1))).toBe(0)
    expect([await read(69, 1), await read(65, 1)]).toEqual([[0], [1]])
  })

  it('in model XL430 is a mode for which it measures no current', async () => {
    const { errorOf, plant } = createBus([1], { model: 'xl430-w250' })
    plant.supplyV.fill(12)
    expect(await errorOf(encodeWrite(1, 11, [5]))).toBe(4)
    expect(await errorOf(encodeWrite(1, 11, [4]))).toBe(0)
    expect(await errorOf(encodeRead(1, 102, 2))).toBe(7)
  })
})

describe('indirect registers of a Dynamixel servo', () => {
  it('hold what is written to them, until their addresses lead elsewhere', async () => {
    const { ask, read } = createBus([1])
    expect(await read(168, 2)).toEqual([208, 0])
    await ask(encodeWrite(1, 208, [7, 8]))
    expect(await read(208, 2)).toEqual([7, 8])
  })

  it('gather registers that stand apart, for reading and writing in one go', async () => {
    const { ask, read, errorOf } = createBus([1])
    // LED, the four bytes of the goal, and the voltage: 65, 116 to 119, 144.
    const addresses = [65, 116, 117, 118, 119, 144]
    const list = addresses.flatMap((address) => [address, 0])
    expect(await errorOf(encodeWrite(1, 168, list))).toBe(0)
    expect(await errorOf(encodeWrite(1, 208, [1, ...bytes4(1234)]))).toBe(0)
    expect([await read(65, 1), await read(116, 4)]).toEqual([[1], bytes4(1234)])
    expect(await read(208, 6)).toEqual([1, ...bytes4(1234), 50])
    // The voltage is read-only here too, half a goal is not a goal, and nothing of it is written.
    expect(await errorOf(encodeWrite(1, 208, [0, ...bytes4(99), 60]))).toBe(7)
    expect(await errorOf(encodeWrite(1, 208, [0, 1, 2]))).toBe(5)
    await ask(encodeWrite(1, 208, [0]))
    expect(await read(208, 5)).toEqual([0, ...bytes4(1234)])
  })
})

describe('restarts of a Dynamixel servo', () => {
  it('keep the EEPROM and forget the rest; meanwhile it is silent', async () => {
    const { ask, read, clock } = createBus([1])
    await ask(encodeWrite(1, 20, bytes4(-500)))
    await ask(encodeWrite(1, 84, [0x20, 0x03]))
    await ask(encodeWrite(1, 64, [1]))
    expect(await ask(encodeReboot(1))).toMatchObject([{ id: 1, error: 0 }])
    expect(await ask(encodePing(1))).toEqual([])
    await clock.advanceTo(clock.now() + 0.5)
    expect(await read(20, 4)).toEqual(bytes4(-500))
    expect([await read(84, 2), await read(64, 1)]).toEqual([[0x90, 0x01], [0]])
  })

  it('to the factory’s values leave id and rate as asked', async () => {
    const { ask, bus, clock } = createBus([4])
    await ask(encodeWrite(4, 20, bytes4(77)))
    await ask(encodeFactoryReset(4, FACTORY_RESET.KEEP_ID_AND_BAUD))
    await clock.advanceTo(clock.now() + 0.5)
    expect(idsOf(await ask(encodePing(4)))).toEqual([4])
    expect(bus.servos[0]!.registers.bytes[20]).toBe(0)
    expect(await ask(encodeFactoryReset(254, FACTORY_RESET.ALL))).toEqual([])
    expect(bus.servos[0]!.id).toBe(4)
    await ask(encodeFactoryReset(4, FACTORY_RESET.ALL))
    await clock.advanceTo(clock.now() + 0.5)
    bus.setHostBaud(57_600)
    expect(idsOf(await ask(encodePing(1)))).toEqual([1])
  })
})

describe('the backup of a Dynamixel servo', () => {
  it('brings back the EEPROM, and with bit 1 of register 60 gains and profile', async () => {
    const { ask, read, errorOf, clock } = createBus([1])
    const after = () => clock.advanceTo(clock.now() + 0.5)
    expect([await read(147, 1), await errorOf(encodeTableBackup(1, RESTORE))]).toEqual([[0], 1])
    await ask(encodeWrite(1, 20, bytes4(-500)))
    await ask(encodeWrite(1, 60, [2]))
    await ask(encodeWrite(1, 84, [0x20, 0x03]))
    expect(await errorOf(encodeTableBackup(1, STORE))).toBe(0)
    expect(await read(147, 1)).toEqual([1])
    await ask(encodeWrite(1, 20, bytes4(77)))
    await ask(encodeWrite(1, 60, [0]))
    await ask(encodeReboot(1), 0.5)
    expect([await read(20, 4), await read(84, 2)]).toEqual([bytes4(77), [0x90, 0x01]])
    expect(await errorOf(encodeTableBackup(1, RESTORE))).toBe(0)
    expect(await ask(encodePing(1))).toEqual([])
    await after()
    expect([await read(20, 4), await read(84, 2)]).toEqual([bytes4(-500), [0x20, 0x03]])
    expect(await read(147, 1)).toEqual([1])
  })

  it('needs torque off, and the vendor’s key', async () => {
    const { ask, errorOf } = createBus([1])
    expect(await errorOf(encodeFrame(1, 0x20, [1, 0, 0, 0, 0]))).toBe(4)
    await ask(encodeWrite(1, 64, [1]))
    expect(await errorOf(encodeTableBackup(1, STORE))).toBe(1)
  })
})

describe('positions of a Dynamixel servo', () => {
  it('are the actual ones plus the homing offset, 2047 after LeRobot’s homing', async () => {
    const { ask, plant, int32 } = createBus([1], { registers: { Operating_Mode: 4 } })
    plant.positionRad[0] = -1
    const before = await int32(132)
    expect(before).toBe(Math.round(2047 - 2048 / Math.PI))
    await ask(encodeWrite(1, 20, bytes4(2047 - before)))
    expect(await int32(132)).toBe(2047)
  })

  it('ignore an offset beyond 1024 in position mode', async () => {
    const { ask, int32 } = createBus([1])
    await ask(encodeWrite(1, 20, bytes4(1024)))
    expect(await int32(132)).toBe(2047 + 1024)
    await ask(encodeWrite(1, 20, bytes4(1025)))
    expect(await int32(132)).toBe(2047)
  })

  it('count on beyond a turn until a restart or CLEAR, which needs the servo at rest', async () => {
    const { ask, bus, plant, int32, errorOf } = createBus([1], { registers: { Operating_Mode: 4 } })
    expect(await int32(132)).toBe(2047)
    plant.positionRad[0] = 2.5 * Math.PI
    expect(await int32(132)).toBe(2047 + 5120)
    bus.advance()
    plant.velocityRadPerS[0] = 1
    expect(await errorOf(encodeClearTurns(1))).toBe(1)
    plant.velocityRadPerS[0] = 0
    plant.positionRad[0] = 2.5 * Math.PI
    expect(await errorOf(encodeClearTurns(1))).toBe(0)
    expect(await int32(132)).toBe(2047 + 1024)
    plant.positionRad[0] = -2 * Math.PI
    expect(await int32(132)).toBe(2047 - 4096 - 4096)
    await ask(encodeReboot(1), 0.5)
    expect(await int32(132)).toBe(2047)
  })

  it('are within one turn again when torque comes on in position mode', async () => {
    const { ask, plant, int32 } = createBus([1])
    expect(await int32(132)).toBe(2047)
    plant.positionRad[0] = 2.5 * Math.PI
    expect(await int32(132)).toBe(2047 + 5120)
    await ask(encodeWrite(1, 64, [1]))
    expect(await int32(132)).toBe(2047 + 1024)
    expect(await int32(116)).toBe(2047 + 1024)
  })

  it('run the other way in reverse drive mode', async () => {
    const { ask, plant, int32 } = createBus([1], { registers: { Operating_Mode: 4 } })
    const before = await int32(132)
    plant.positionRad[0] = 0.5
    const forward = (await int32(132)) - before
    plant.positionRad[0] = 0
    await ask(encodeWrite(1, 10, [1]))
    const begin = await int32(132)
    plant.positionRad[0] = 0.5
    expect((await int32(132)) - begin).toBe(-forward)
  })
})
