import { describe, expect, it } from 'vitest'
import { scanServos } from '../../../robot/bus/drivers/scan-servos.ts'
import { ServoBusDriver } from '../../../robot/bus/drivers/servo-bus-driver.ts'
import { ServoClient } from '../../../robot/bus/drivers/servo-client.ts'
import { SERVO_PROTOCOLS } from '../../../robot/bus/protocols/index.ts'
import type { Transport } from '../../../robot/bus/transports/transport.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'
import { createOf, drive, FAMILIES } from './servo-bus-driver-setup.ts'
import { createTwinArm, so101 } from './twin-arm.ts'

/** An adapter that wires sending and receiving together: the host hears all that it says. */
function echoing(transport: Transport): Transport {
  let receive = (_bytes: Uint8Array): void => {}
  return {
    path: transport.path,
    open: (signal) => transport.open(signal),
    close: () => transport.close(),
    setBaud: (baudBps) => transport.setBaud(baudBps),
    onClose: (listener) => transport.onClose(listener),
    onReceive(listener) {
      receive = listener
      transport.onReceive(listener)
    },
    async write(bytes) {
      receive(bytes)
      await transport.write(bytes)
    },
  }
}

describe.each(FAMILIES)('behind an adapter that echoes, $description.name', ({ description }) => {
  const protocol = SERVO_PROTOCOLS[description.bus!.protocol]

  it('is found as it is, and nobody else', async () => {
    const { clock, transport: line } = await createOf(description)()
    const transport = echoing(line)
    const baudsBps = [protocol.baudRatesBps[1]!, 1_000_000]
    const scan = await clock.run(() => scanServos({ protocol, transport, clock, baudsBps }))
    expect(scan.clashes).toEqual([])
    expect(scan.servos.map(({ id, baudBps }) => [id, baudBps])).toEqual(
      [1, 2, 3, 4, 5, 6].map((id) => [id, 1_000_000]),
    )
  })

  it('is set up and driven', async () => {
    const arm = await createOf(description)()
    const { clock } = arm
    const calibration = nominalCalibration(description)
    const transport = echoing(arm.transport)
    const driver = new ServoBusDriver({ arm: description, calibration, transport, clock })
    await clock.run(() => driver.open())
    await clock.run(() => driver.enable())
    const goal = new Float64Array(6).fill(-0.1)
    const { ageS } = await clock.run(() => drive({ ...arm, driver }, goal, 100))
    expect([...ageS]).toEqual(Array(6).fill(0))
    expect(driver.statistics.numLostReplies).toBe(0)
  })
})

describe('a Feetech servo that complains of its voltage', () => {
  it('answers a ping with the bytes of the ping, and is heard all the same', async () => {
    const { clock, transport, plant } = await createTwinArm()
    plant.supplyV.fill(15)
    const protocol = SERVO_PROTOCOLS[so101.bus!.protocol]
    const client = new ServoClient({ protocol, transport, clock, baudBps: 1_000_000 })
    await clock.run(() => client.open())
    expect(await clock.run(() => client.ping(3))).toBe(true)
    expect(await clock.run(() => client.ping(9))).toBe(false)
  })
})
