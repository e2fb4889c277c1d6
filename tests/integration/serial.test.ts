import { existsSync, mkdtempSync, readlinkSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createReading } from '../../robot/bus/arm-reading.ts'
import { ServoBusDriver } from '../../robot/bus/drivers/servo-bus-driver.ts'
import { ServoClient } from '../../robot/bus/drivers/servo-client.ts'
import { FEETECH } from '../../robot/bus/protocols/feetech/protocol.ts'
import { PseudoTerminal } from '../../robot/bus/transports/pty.node.ts'
import { SerialTransport } from '../../robot/bus/transports/serial-transport.node.ts'
import { TwinDevice } from '../../robot/bus/twin/twin-device.node.ts'
import { twinServosOf } from '../../robot/bus/twin/twin-servos.ts'
import { nominalCalibration } from '../../robot/calibration/calibration.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { sleepFor } from '../../robot/model/sleep.ts'
import { FirstOrderPlant } from '../robot/bus/first-order-plant.ts'
import { koch, so101, supplies } from '../robot/bus/twin-arm.ts'

const BAUD_BPS = 1_000_000
const clock = new RealClock()
const open: { close(): unknown }[] = []
/** What the test opened, the last first. */
const keep = <T extends { close(): unknown }>(part: T): T => {
  open.push(part)
  return part
}

afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close()
})

function plugTwin(linkPath?: string, arm = so101) {
  const plant = new FirstOrderPlant(6, clock.now())
  plant.supplyV.set(supplies(arm))
  const twin = keep(
    new TwinDevice({
      ...twinServosOf(arm),
      plant,
      clock,
      random: new RandomStream(1),
      onError: (error) => {
        throw error
      },
      ...(linkPath === undefined ? {} : { linkPath }),
    }),
  )
  twin.plug()
  return { twin, plant }
}

const serial = (path: string, baudBps = BAUD_BPS): SerialTransport =>
  keep(new SerialTransport({ path, baudBps }))

/** A loaded machine may be late by much more than a real bus. */
const driverOn = (path: string, arm = so101): ServoBusDriver =>
  new ServoBusDriver({
    arm,
    calibration: nominalCalibration(arm),
    transport: serial(path),
    clock,
    replyMarginS: 0.2,
    maxSilenceS: 2,
  })

describe('a serial port onto an emulated arm', () => {
  it('carries every byte value both ways unchanged', async () => {
    const pty = new PseudoTerminal()
    keep({ close: () => pty.unplug() })
    const port = serial(pty.path)
    const all = Uint8Array.from({ length: 256 }, (_, value) => value)
    const echoed: number[] = []
    pty.onReceive((bytes) => pty.write(bytes))
    const isComplete = new Promise<void>((resolve) => {
      port.onReceive((bytes) => {
        echoed.push(...bytes)
        if (echoed.length === 256) resolve()
      })
    })
    await port.open()
    await port.write(all)
    await isComplete
    expect(echoed).toEqual([...all])
  })

  it.runIf(process.platform === 'linux')('lets the device read the baud rate', async () => {
    const pty = new PseudoTerminal()
    keep({ close: () => pty.unplug() })
    const port = serial(pty.path, 115_200)
    await port.open()
    expect(await pty.readBaudBps()).toBe(115_200)
    for (const baudBps of [128_000, 250_000, 1_000_000]) {
      await port.setBaud(baudBps)
      expect(await pty.readBaudBps()).toBe(baudBps)
    }
  })

  it.each([so101, koch])('moves $name', async (arm) => {
    const { twin, plant } = plugTwin(undefined, arm)
    const driver = driverOn(twin.path, arm)
    await driver.open()
    await driver.enable()
    const goal = Float64Array.of(0.2, -0.2, 0.1, 0, 0.3, 0)
    const reading = createReading(6)
    await driver.write(goal)
    do {
      await driver.read(reading)
      await sleepFor(clock, 0.01)
    } while (Math.abs(reading.positionRad[4]! - 0.3) > 0.01)
    expect(plant.positionRad[4]).toBeCloseTo(0.3, 1)
    expect(twin.numOverrunBytes).toBe(0)
    await driver.disable()
    await driver.close()
  })

  it('answers only at its own baud rate', async () => {
    const { twin } = plugTwin()
    const transport = serial(twin.path)
    for (const [baudBps, isHeard] of [
      [500_000, false],
      [115_200, false],
      [BAUD_BPS, true],
    ] as const) {
      const client = new ServoClient({
        protocol: FEETECH,
        transport,
        clock,
        baudBps,
        replyMarginS: 0.1,
      })
      await client.open()
      expect(await client.ping(1)).toBe(isHeard)
      await client.close()
    }
  })

  it('is refused to a second program', async () => {
    const { twin } = plugTwin()
    await serial(twin.path).open()
    await expect(serial(twin.path).open()).rejects.toMatchObject({ code: 'ROBOT_PORT_BUSY' })
  })

  it('is reported missing when there is none, with the ports that are there', async () => {
    await expect(serial('/dev/ttyNone').open()).rejects.toMatchObject({
      code: 'ROBOT_PORT_MISSING',
      hint: expect.stringMatching(/^ports here: /),
    })
  })

  it.each(['/dev/null', tmpdir()])('is told from what is none: %s', async (path) => {
    await expect(serial(path).open()).rejects.toMatchObject({
      code: 'ROBOT_PORT_MISSING',
      message: expect.stringContaining(`${path} is no serial port`),
    })
  })

  it('takes over the link that a killed program has left, and removes only its own', () => {
    const linkPath = join(mkdtempSync(join(tmpdir(), 'sim2arm-')), 'arm')
    symlinkSync('/dev/pts/of-a-killed-program', linkPath)
    const first = new PseudoTerminal({ linkPath })
    const second = new PseudoTerminal({ linkPath })
    const place = readlinkSync(linkPath)
    first.unplug()
    expect(readlinkSync(linkPath)).toBe(place)
    second.unplug()
    expect(existsSync(linkPath)).toBe(false)
  })

  it('leaves a link alone that is to something else', () => {
    const linkPath = join(mkdtempSync(join(tmpdir(), 'sim2arm-')), 'my_arm')
    symlinkSync('/dev/ttyACM0', linkPath)
    expect(() => new PseudoTerminal({ linkPath })).toThrow(
      expect.objectContaining({ code: 'ROBOT_PORT_BUSY' }),
    )
    expect(readlinkSync(linkPath)).toBe('/dev/ttyACM0')
  })

  it('says where no link can be made', () => {
    const linkPath = join(mkdtempSync(join(tmpdir(), 'sim2arm-')), 'missing', 'arm')
    expect(() => new PseudoTerminal({ linkPath })).toThrow(
      expect.objectContaining({ code: 'ROBOT_PORT_MISSING' }),
    )
  })

  it('is reported lost when the cable is pulled, and works again at the same link after', async () => {
    const linkPath = join(mkdtempSync(join(tmpdir(), 'sim2arm-')), 'arm')
    const { twin } = plugTwin(linkPath)
    expect(readlinkSync(linkPath)).toMatch(/^\/dev\//)
    const driver = driverOn(twin.path)
    await driver.open()
    const reading = createReading(6)
    await driver.read(reading)
    const readOn = async (): Promise<void> => {
      for (;;) await driver.read(reading)
    }
    const isLost = expect(readOn()).rejects.toMatchObject({ code: 'ROBOT_PORT_LOST' })
    twin.unplug()
    await isLost
    await driver.close()
    twin.plug()
    const again = driverOn(linkPath)
    await again.open()
    await again.read(reading)
    expect(reading.ageS[0]).toBe(0)
  })
})
