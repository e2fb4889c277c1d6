import { describe, expect, it, vi } from 'vitest'
import { createReading } from '../../../../robot/bus/arm-reading.ts'
import {
  FAULTS,
  type FaultName,
  scheduleFaults,
} from '../../../../robot/bus/twin/fault-schedule.ts'
import { createOf, drive, FAMILIES, opened } from '../servo-bus-driver-setup.ts'
import type { TwinArm } from '../twin-arm.ts'

const GOAL = Float64Array.of(0.3, -0.3, 0.3, -0.3, 0.3, -0.1)

/** Lets one thing go wrong from `atS` on, for `forS`. */
function fail(arm: TwinArm, name: FaultName, value: number, atS: number, forS: number): void {
  const cable = { unplug: () => arm.transport.unplug(), replug: () => arm.transport.replug() }
  scheduleFaults([{ name, value, atS, forS }], { bus: arm.bus, ...cable }, arm.clock)
}

const codeOf = async (task: Promise<unknown>): Promise<string> =>
  task.then(
    () => 'none',
    (error: { code?: string }) => error.code ?? String(error),
  )

describe.each(FAMILIES)('faults of an emulated $description.name', ({ description }) => {
  const create = createOf(description)

  it('that overlap leave things as they were when all are over', async () => {
    const arm = await create()
    fail(arm, 'dropRate', 0.1, 1, 2)
    fail(arm, 'dropRate', 0.5, 2, 2)
    fail(arm, 'dropRate', 0.9, 2.5, 0.2)
    const rates = []
    for (const timeS of [0.5, 1.5, 2.2, 2.6, 2.8, 3.5, 4.5]) {
      await arm.clock.advanceTo(timeS)
      rates.push(arm.bus.faults.dropRate)
    }
    expect(rates).toEqual([0, 0.1, 0.5, 0.9, 0.5, 0.5, 0])
  })

  it('that overlap end with the last of them: dead servos, cables, and the lowest supply', async () => {
    const arm = await create()
    for (const [name, values] of [
      ['deadId', [3, 3]],
      ['brownOutV', [3, 6]],
      ['unplug', [1, 1]],
    ] as const) {
      fail(arm, name, values[0], 1, 1)
      fail(arm, name, values[1], 1.5, 1)
    }
    const done: string[] = []
    vi.spyOn(arm.bus, 'powerOff').mockImplementation(() => void done.push('powerOff'))
    vi.spyOn(arm.bus, 'powerOn').mockImplementation(() => void done.push('powerOn'))
    vi.spyOn(arm.transport, 'unplug').mockImplementation(() => void done.push('unplug'))
    vi.spyOn(arm.transport, 'replug').mockImplementation(() => void done.push('replug'))
    const seen: unknown[] = []
    for (const timeS of [0.5, 1.2, 1.7, 2.2, 2.7]) {
      await arm.clock.advanceTo(timeS)
      const { deadIds, supplyV } = arm.bus.faults
      seen.push([deadIds.has(3), supplyV, done.splice(0)])
    }
    expect(seen).toEqual([
      [false, Number.POSITIVE_INFINITY, []],
      [true, 3, ['powerOff', 'unplug']],
      [true, 3, []],
      [true, 6, ['powerOn']],
      [false, Number.POSITIVE_INFINITY, ['replug']],
    ])
  })

  it('begin and end when they are meant to', async () => {
    const arm = await create()
    for (const [name, { value }] of Object.entries(FAULTS)) {
      fail(arm, name as FaultName, value === 'id' ? 3 : 0.5, 1, 1)
    }
    const { faults } = arm.bus
    const sets = [
      faults.deadIds,
      faults.warmIds,
      faults.hotIds,
      faults.jammedIds,
      faults.slippingIds,
    ]
    const rates = () => [
      faults.dropRate,
      faults.corruptRate,
      faults.duplicateRate,
      faults.delayRate,
    ]
    await arm.clock.advanceTo(0.99)
    expect([rates(), sets.map((set) => [...set])]).toEqual([
      [0, 0, 0, 0],
      [[], [], [], [], []],
    ])
    await arm.clock.advanceTo(1.5)
    expect([rates(), sets.map((set) => [...set])]).toEqual([
      [0.5, 0.5, 0.5, 0.5],
      [[3], [3], [3], [3], [3]],
    ])
    expect(faults.supplyV).toBe(0.5)
    await arm.clock.advanceTo(2.01)
    expect([rates(), sets.map((set) => [...set])]).toEqual([
      [0, 0, 0, 0],
      [[], [], [], [], []],
    ])
    expect(faults.supplyV).toBe(Number.POSITIVE_INFINITY)
  })

  it('a jammed joint stays where it is, and goes on when it is free', async () => {
    const arm = await opened(await create())
    fail(arm, 'jammedId', 2, 0, 1)
    const stuck = await arm.clock.run(() => drive(arm, GOAL, 90))
    expect(stuck.positionRad[1]).toBeCloseTo(0, 2)
    expect(stuck.positionRad[0]).toBeCloseTo(GOAL[0]!, 1)
    const free = await arm.clock.run(() => drive(arm, GOAL, 200))
    expect(free.positionRad[1]).toBeCloseTo(GOAL[1]!, 1)
  })

  it('a slipping horn lets the servo arrive and the joint lag behind', async () => {
    const arm = await opened(await create())
    fail(arm, 'slippingId', 1, 0, Number.POSITIVE_INFINITY)
    const reading = await arm.clock.run(() => drive(arm, GOAL, 300))
    expect(reading.positionRad[0]).toBeCloseTo(GOAL[0]!, 1)
    expect(arm.plant.positionRad[0]).toBeLessThan(0.8 * GOAL[0]!)
  })

  it('a hot servo says so, and its driver ends there', async () => {
    const arm = await opened(await create())
    fail(arm, 'hotId', 3, 0.05, Number.POSITIVE_INFINITY)
    expect(await codeOf(arm.clock.run(() => drive(arm, GOAL, 30)))).toBe('ROBOT_SERVO_FAULT')
  })

  it('a supply that is gone for a moment leaves every servo limp and answering', async () => {
    const arm = await opened(await create())
    fail(arm, 'brownOutV', 0, 0.05, 0.1)
    const reading = createReading(6)
    await arm.clock.run(() => arm.clock.sleepUntil(arm.clock.now() + 0.1))
    expect(arm.bus.servos.every(({ isTorqueOn }) => !isTorqueOn)).toBe(true)
    await arm.clock.run(() => arm.clock.sleepUntil(arm.clock.now() + 0.1))
    // The driver notices within a round of looks, and nothing but an enabling gives torque again.
    const driving = arm.clock.run(() => drive(arm, GOAL, 200))
    await expect(driving).rejects.toMatchObject({
      code: 'ROBOT_SERVO_FAULT',
      message: expect.stringContaining('has lost its torque'),
    })
    expect(arm.bus.servos.every(({ isTorqueOn }) => !isTorqueOn)).toBe(true)
    await arm.clock.run(() => arm.driver.enable())
    await arm.clock.run(() => arm.driver.read(reading))
    expect([...reading.ageS]).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('a sagging supply is seen and weakens the motors', async () => {
    const arm = await opened(await create())
    fail(arm, 'brownOutV', 4, 0, 1)
    const reading = await arm.clock.run(() => drive(arm, new Float64Array(6), 5))
    for (const volts of reading.voltageV) expect(volts).toBeCloseTo(4, 9)
  })

  it('an unplugged cable is lost for the driver, and can be opened again when it is back', async () => {
    const arm = await opened(await create())
    fail(arm, 'unplug', 1, 0.1, 0.5)
    expect(await codeOf(arm.clock.run(() => drive(arm, GOAL, 30)))).toBe('ROBOT_PORT_LOST')
    expect(arm.bus.servos.every(({ isTorqueOn }) => isTorqueOn)).toBe(true)
    await arm.clock.run(() => arm.clock.sleepUntil(arm.clock.now() + 1))
    await opened(arm)
  })

  it('a dead servo is silent, holds its goal, and is named', async () => {
    const arm = await opened(await create())
    fail(arm, 'deadId', 4, 0.1, Number.POSITIVE_INFINITY)
    expect(await codeOf(arm.clock.run(() => drive(arm, GOAL, 100)))).toBe('ROBOT_SERVO_SILENT')
    expect(arm.bus.servos[3]!.isTorqueOn).toBe(true)
  })
})
