import { describe, expect, it } from 'vitest'
import { assignServoId } from '../../../robot/bus/drivers/configure-servos.ts'
import { lookAtServos } from '../../../robot/bus/drivers/look-at-servos.ts'
import { scanServos } from '../../../robot/bus/drivers/scan-servos.ts'
import { ServoClient } from '../../../robot/bus/drivers/servo-client.ts'
import { FEETECH } from '../../../robot/bus/protocols/feetech/protocol.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { createPlainServos } from './plain-servos.ts'
import { so101 } from './twin-arm.ts'

const IDS = [1, 2, 3, 4, 5, 6]

async function connect(ids = IDS, numBytes?: number) {
  const clock = new VirtualClock()
  return { ...(await createPlainServos(ids, numBytes)), clock }
}

async function connected(ids: readonly number[]) {
  const { clock, transport, memories } = await connect([...ids])
  const client = new ServoClient({ protocol: FEETECH, transport, clock, baudBps: 1_000_000 })
  await clock.run(() => client.open())
  return { clock, memories, client }
}

describe('servos that have no registers but those of the vendor’s table', () => {
  it('are found, with what they say of themselves', async () => {
    // As far as their temperature only.
    const { clock, transport } = await connect(IDS, 64)
    const baudsBps = [1_000_000]
    const scan = await clock.run(() =>
      scanServos({ protocol: FEETECH, transport, clock, baudsBps }),
    )
    expect(scan.clashes).toEqual([])
    expect(scan.servos.map(({ id }) => id)).toEqual(IDS)
    expect(scan.servos[0]).toMatchObject({
      model: 'sts3215',
      firmware: '3.9',
      positionTicks: 2047,
      homingOffsetTicks: 0,
      voltageV: 7.4,
      temperatureC: 31,
    })
  })

  it('are told once, at their own rate, where the adapter heeds none', async () => {
    const { clock, transport, memories } = await connect()
    // 115,200 bit/s.
    memories[2]![6] = 4
    const scan = await clock.run(() => scanServos({ protocol: FEETECH, transport, clock }))
    const told = scan.servos.map(({ id, baudBps }) => [id, baudBps])
    expect(told).toEqual([...[1, 2, 4, 5, 6].map((id) => [id, 1_000_000]), [3, 115_200]])
    // Asked for one rate, at that.
    const options = { protocol: FEETECH, transport, clock, baudsBps: [500_000] }
    const { servos } = await clock.run(() => scanServos(options))
    expect(servos.map(({ id, baudBps }) => [id, baudBps])).toEqual(IDS.map((id) => [id, 500_000]))
  })

  it('are given other ids, also where the new one acknowledges', async () => {
    const { clock, memories, client } = await connected([6, 253])
    await clock.run(() => assignServoId(client, 6, 252))
    await clock.run(() => assignServoId(client, 253, 0))
    expect(memories.map((memory) => memory[5])).toEqual([252, 0])
    const refused = clock.run(() => assignServoId(client, 0, 254))
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  it('are looked at', async () => {
    const { clock, transport } = await connect(IDS, 64)
    const seen = await clock.run(() => lookAtServos(so101, transport, clock))
    expect(seen.map(({ firmware }) => firmware)).toEqual(Array(6).fill('3.9'))
  })
})
