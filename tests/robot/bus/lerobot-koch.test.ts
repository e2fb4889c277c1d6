import { expect, it } from 'vitest'
import { ServoClient } from '../../../robot/bus/drivers/servo-client.ts'
import { SyncReader } from '../../../robot/bus/drivers/sync-reader.ts'
import { modelOf } from '../../../robot/bus/protocols/dynamixel/control-table.ts'
import { DYNAMIXEL } from '../../../robot/bus/protocols/dynamixel/protocol.ts'
import { decodeRegister, encodeRegister } from '../../../robot/bus/protocols/register.ts'
import { createTwinArm, koch } from './twin-arm.ts'

const IDS = [1, 2, 3, 4, 5, 6]
const TABLE = modelOf('xl330-m288').table

/** The requests of LeRobot's KochFollower (huggingface/lerobot @7427f31), in its order. */
it('an emulated Koch is calibrated, configured and moved as LeRobot does it', async () => {
  const { clock, transport, plant, bus } = await createTwinArm({}, { arm: koch })
  const client = new ServoClient({ protocol: DYNAMIXEL, transport, clock, baudBps: 1_000_000 })
  const write = (id: number, name: string, value: number) =>
    client.writeRegister(id, TABLE.find(name), value)
  const syncRead = async (name: string): Promise<number[]> => {
    const register = TABLE.find(name)
    const block = { address: register.address, length: register.size, spare: 'after' } as const
    const reader = new SyncReader({ client, ids: IDS, block, marginS: 0.05 })
    expect(await reader.read()).toBe(0)
    return reader.values.map((bytes) => decodeRegister(register, bytes, register.address))
  }
  const held = [0.4, -0.7, 0.2, 1.1, -1.3, -0.5]
  plant.positionRad.set(held)
  await clock.run(async () => {
    await client.open()
    // Homing: torque off, extended position mode, no offset; each present position becomes 2047.
    for (const id of IDS) {
      await write(id, 'Torque_Enable', 0)
      await write(id, 'Operating_Mode', 4)
      await write(id, 'Homing_Offset', 0)
      await write(id, 'Min_Position_Limit', 0)
      await write(id, 'Max_Position_Limit', 4095)
    }
    const positions = await syncRead('Present_Position')
    for (const id of IDS) await write(id, 'Homing_Offset', 2047 - positions[id - 1]!)
    expect(await syncRead('Present_Position')).toEqual(Array(6).fill(2047))
    for (const id of IDS) {
      await write(id, 'Min_Position_Limit', 600 + id)
      await write(id, 'Max_Position_Limit', 3400 + id)
    }
    expect(await syncRead('Drive_Mode')).toEqual(Array(6).fill(0))
    expect(await syncRead('Min_Position_Limit')).toEqual(IDS.map((id) => 600 + id))
    expect(await syncRead('Max_Position_Limit')).toEqual(IDS.map((id) => 3400 + id))
    // Configuration.
    for (const id of IDS) await write(id, 'Return_Delay_Time', 0)
    await write(6, 'Operating_Mode', 5)
    await write(3, 'Position_P_Gain', 1500)
    await write(3, 'Position_I_Gain', 0)
    await write(3, 'Position_D_Gain', 600)
    for (const id of IDS) await write(id, 'Torque_Enable', 1)
    // Action.
    const goal = TABLE.find('Goal_Position')
    const bytes = IDS.flatMap((id) => [...encodeRegister(goal, 2047 + 20 * id)])
    await client.syncWrite(IDS, goal.address, goal.size, bytes)
    await clock.sleepUntil(clock.now() + 3)
    for (const [index, position] of (await syncRead('Present_Position')).entries()) {
      expect(Math.abs(position - (2047 + 20 * (index + 1)))).toBeLessThanOrEqual(1)
    }
  })
  for (const [index, from] of held.entries()) {
    const moved = plant.positionRad[index]! - from
    expect(moved).toBeCloseTo((20 * (index + 1) * 2 * Math.PI) / 4096, 2)
  }
  // Offsets outlive the supply.
  bus.powerCycle()
  expect(
    bus.servos.every(({ registers }) => registers.get(TABLE.find('Homing_Offset')) !== 0),
  ).toBe(true)
})
