import { describe, expect, it } from 'vitest'
import {
  assignServoBaud,
  assignServoId,
  homeServo,
  readPosition,
} from '../../../robot/bus/drivers/configure-servos.ts'
import { FeetechClient } from '../../../robot/bus/drivers/feetech-client.ts'
import { scanServos } from '../../../robot/bus/drivers/scan-servos.ts'
import { createTwinArm } from './twin-arm.ts'

async function connect() {
  const arm = await createTwinArm()
  const { transport, clock } = arm
  const client = new FeetechClient({ transport, clock, baudBps: 1_000_000 })
  await arm.clock.run(() => client.open())
  return { ...arm, client }
}

describe('setting up servos', () => {
  it('finds every servo at its baud rate, with what it says of itself', async () => {
    const { client, clock, bus, transport } = await connect()
    await clock.run(() => assignServoBaud(client, 3, 115_200))
    const found = await clock.run(() => scanServos({ transport, clock }))
    expect(found.map(({ id, baudBps }) => [id, baudBps])).toEqual([
      [1, 1_000_000],
      [2, 1_000_000],
      [4, 1_000_000],
      [5, 1_000_000],
      [6, 1_000_000],
      [3, 115_200],
    ])
    expect(found[0]).toMatchObject({ model: 'sts3215', firmware: '3.10', voltageV: 7.4 })
    expect(bus.servos).toHaveLength(6)
  })

  it('moves a servo to a free id for good, and refuses a taken one', async () => {
    const { client, clock, bus } = await connect()
    await clock.run(() => assignServoId(client, 6, 9))
    bus.powerCycle()
    expect(await clock.run(() => client.ping(9))).toBe(true)
    await expect(clock.run(() => assignServoId(client, 9, 2))).rejects.toMatchObject({
      code: 'ROBOT_SERVO_MISMATCH',
    })
  })

  it('homes a servo where it stands, over an old offset and for good', async () => {
    const { client, clock, bus, plant } = await connect()
    plant.positionRad[0] = 0.4
    await clock.run(() => homeServo(client, 1))
    plant.positionRad[0] = -0.3
    const offset = await clock.run(() => homeServo(client, 1))
    // −0.3 rad are −196 steps from the encoder's 2047.
    expect(offset).toBe(-196)
    bus.powerCycle()
    expect(await clock.run(() => readPosition(client, 1))).toBe(2047)
  })
})
