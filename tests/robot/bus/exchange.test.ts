import { describe, expect, it } from 'vitest'
import { createReading } from '../../../robot/bus/arm-reading.ts'
import { Exchange } from '../../../robot/bus/drivers/exchange.ts'
import { FEETECH } from '../../../robot/bus/protocols/feetech/protocol.ts'
import type { Transport } from '../../../robot/bus/transports/transport.ts'
import type { EventClock } from '../../../robot/model/clock.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { createTwinArm, so101 } from './twin-arm.ts'

/** A computer that runs its timers so much late [s]. */
const late = (clock: VirtualClock, byS: number): EventClock => ({
  now: () => clock.now(),
  sleepUntil: (timeS, signal) => clock.sleepUntil(timeS, signal),
  schedule: (timeS, run) => clock.schedule(timeS + byS, run),
})

// Ping of servo 1 and its answer: FF FF ID LEN ERR CHK, the vendor's manual.
const PING = Uint8Array.of(0xff, 0xff, 0x01, 0x02, 0x01, 0xfb)
const PONG = Uint8Array.of(0xff, 0xff, 0x01, 0x02, 0x00, 0xfc)

/** Whether an answer that is read at `readS` is taken, with 20 ms to come. */
async function isTaken(lateS: number, readS: number) {
  const clock = new VirtualClock()
  let receive = (_bytes: Uint8Array): void => {}
  const transport: Transport = {
    path: 'none',
    open: async () => {},
    close: async () => {},
    setBaud: async () => {},
    async write() {
      clock.schedule(readS, () => receive(PONG))
    },
    onReceive(listener) {
      receive = listener
    },
    onClose() {},
  }
  const exchange = new Exchange(transport, late(clock, lateS), FEETECH.createStatusParser())
  const isDone = await clock.run(() => exchange.run(PING, () => 'done', 0.02))
  return { isDone, stalledS: exchange.stalls.since(0) }
}

describe('a request over the bus', () => {
  it('takes an answer in time, and none that comes too late', async () => {
    expect(await isTaken(0, 0.019)).toEqual({ isDone: true, stalledS: 0 })
    expect(await isTaken(0, 0.021)).toEqual({ isDone: false, stalledS: 0 })
  })

  it('takes one that lay unread while this computer stood still', async () => {
    // Its timer of 20 ms comes at 70 ms, before it gets to read what came long ago.
    const { isDone, stalledS } = await isTaken(0.05, 0.071)
    expect(isDone).toBe(true)
    expect(stalledS).toBeCloseTo(0.05, 9)
  })

  it('ends also on a computer whose timers are always late', async () => {
    expect((await isTaken(0.05, 1)).isDone).toBe(false)
  })
})

describe('a device that takes no more bytes', () => {
  /** It takes what comes before `untilS`, and the first of the rest at `againS`. */
  async function stuck(untilS: number, againS = Infinity) {
    const clock = new VirtualClock()
    let fail = (_reason: Error): void => {}
    const transport: Transport = {
      path: 'none',
      open: async () => {},
      close: async () => {},
      setBaud: async () => {},
      write: () =>
        new Promise((resolve, reject) => {
          fail = reject
          if (clock.now() < untilS) resolve()
          else if (againS < Infinity) clock.schedule(againS, resolve)
        }),
      onReceive() {},
      onClose() {},
    }
    const exchange = new Exchange(transport, clock, FEETECH.createStatusParser())
    const timed = async (task: () => Promise<unknown>) => {
      const beganS = clock.now()
      const reason = await clock.run(task).catch((error: unknown) => error)
      return { reason, tookS: clock.now() - beganS }
    }
    return { clock, exchange, timed, failLate: () => fail(new Error('late')) }
  }
  const LOST = { code: 'ROBOT_PORT_LOST', hint: expect.stringMatching(/unplug/) as string }

  it('is lost, whether it was to answer or not', async () => {
    for (const isAnswered of [true, false]) {
      const { exchange, timed } = await stuck(0)
      const ask = () => exchange.run(PING, () => 'done', 0.02)
      const { reason, tookS } = await timed(isAnswered ? ask : () => exchange.send(PING))
      expect(reason).toMatchObject(LOST)
      expect(tookS).toBeCloseTo(0.6, 9)
    }
  })

  it('is found by the watch over earlier writes', async () => {
    const { clock, exchange, timed } = await stuck(0.1)
    await timed(() => exchange.send(PING))
    await clock.run(() => clock.sleepUntil(0.15))
    const { reason, tookS } = await timed(() => exchange.send(PING))
    expect(reason).toMatchObject(LOST)
    expect(tookS).toBeCloseTo(0.45, 9)
  })

  it('keeps nobody waiting any more, until the port is opened again', async () => {
    const { exchange, failLate, timed } = await stuck(0)
    const first = timed(() => exchange.send(PING))
    const next = exchange.send(PING).catch((error: unknown) => error)
    await first
    expect(await next).toMatchObject(LOST)
    expect((await timed(() => exchange.send(PING))).tookS).toBe(0)
    failLate()
    exchange.start()
    expect((await timed(() => exchange.send(PING))).tookS).toBeCloseTo(0.6, 9)
  })

  it('is waited for where it only hesitates', async () => {
    const { exchange, timed } = await stuck(0, 0.3)
    expect(await timed(() => exchange.send(PING))).toEqual({ reason: undefined, tookS: 0.3 })
  })
})

describe('a servo that is not heard', () => {
  const silence = async (lateS: number) => {
    const clock = new VirtualClock()
    const arm = await createTwinArm({ clock }, { arm: so101, clock: late(clock, lateS) })
    await clock.run(() => arm.driver.open())
    arm.bus.faults.deadIds.add(5)
    const reading = createReading(6)
    const readOn = async () => {
      for (let cycle = 0; cycle < 200; cycle++) await arm.driver.read(reading)
    }
    return clock.run(readOn).catch((error: unknown) => error)
  }

  it('is a matter of cable and power where the computer was in time', async () => {
    expect(await silence(0)).toMatchObject({
      code: 'ROBOT_SERVO_SILENT',
      message: expect.stringMatching(/servo 5 \(wrist_roll\) gave no reply in \d+ ms, \d+ tries$/),
      hint: expect.stringMatching(/^check the power supply and the cable/),
    })
  })

  it('is first of all one of the computer where that stood still', async () => {
    expect(await silence(0.05)).toMatchObject({
      code: 'ROBOT_SERVO_SILENT',
      message: expect.stringMatching(
        /; this computer did not get to listen for \d\.\d\d s of that$/,
      ),
      hint: expect.stringMatching(/^it is too busy: .*the cable/),
    })
  })
})
