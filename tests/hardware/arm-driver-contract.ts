import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ArmDriver } from '../../robot/bus/arm-driver.ts'
import { createReading } from '../../robot/bus/arm-reading.ts'
import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { Clock } from '../../robot/model/clock.ts'

/** How far and how fast a joint is moved: little enough for an arm that lies parked [rad], [s]. */
const MOVE_RAD = 0.1
const MOVE_S = 1
const REST_S = 0.5
const PERIOD_S = 0.02
/** Servos without an integral part leave a few degrees, and friction holds them where they stop [rad]. */
const FOLLOWS_RAD = 0.06
const STAYS_RAD = 0.05
const MARGIN_RAD = 0.05

export interface ArmUnderTest {
  readonly arm: ArmDescription
  /** Not yet open; the joints stand where torque may be switched off. */
  readonly driver: ArmDriver
  readonly calibration: ArmCalibration
  readonly clock: Clock
  /** Runs work on the arm's clock. */
  run<T>(work: () => Promise<T>): Promise<T>
}

/** What any arm's driver promises, tried gently on the arm behind it. The tests share the arm and run in this order. */
export function describeArmDriver(name: string, create: () => Promise<ArmUnderTest>): void {
  describe(`the driver of ${name}`, () => {
    let tested: ArmUnderTest
    beforeAll(async () => {
      tested = await create()
    })
    afterAll(async () => {
      await tested?.run(() => tested.driver.close())
    })
    const count = () => tested.driver.jointNames.length

    const read = async () => {
      const reading = createReading(count())
      await tested.driver.read(reading)
      return reading
    }
    /** Where the joints are when they have come to rest. */
    const rested = async (): Promise<Float64Array> => {
      const { clock } = tested
      const endS = clock.now() + REST_S
      while (clock.now() < endS) {
        await read()
        await clock.sleepUntil(clock.now() + PERIOD_S)
      }
      return (await read()).positionRad
    }
    /** Straight to a goal, in `MOVE_S`. */
    const move = async (from: Float64Array, to: Float64Array): Promise<Float64Array> => {
      const { clock, driver } = tested
      const beganS = clock.now()
      for (let share = 0; share < 1; ) {
        share = Math.min(1, (clock.now() - beganS) / MOVE_S)
        await driver.write(from.map((q, i) => q + share * (to[i]! - q)))
        await read()
        await clock.sleepUntil(clock.now() + PERIOD_S)
      }
      return rested()
    }
    const farthest = (a: Float64Array, b: Float64Array) =>
      a.reduce((most, q, i) => Math.max(most, Math.abs(q - b[i]!)), 0)

    it('finds every servo and reads where the joints are', async () => {
      const { arm, driver, run } = tested
      expect(driver.jointNames).toEqual(
        arm.joints.filter(({ servo }) => servo !== undefined).map((joint) => joint.name),
      )
      await run(() => driver.open())
      const { ageS, positionRad, temperatureC, voltageV } = await run(read)
      for (let i = 0; i < count(); i++) {
        expect(Math.abs(positionRad[i]!), driver.jointNames[i]).toBeLessThan(2 * Math.PI)
        expect(ageS[i]).toBe(0)
        expect(temperatureC[i]).toBeGreaterThan(0)
        expect(temperatureC[i]).toBeLessThan(70)
        expect(voltageV[i]).toBeGreaterThan(3)
        expect(voltageV[i]).toBeLessThan(15)
      }
    })

    it('moves nothing when torque comes on', async () => {
      const { driver, run } = tested
      const before = await run(rested)
      await run(() => driver.enable())
      expect(farthest(await run(rested), before)).toBeLessThan(STAYS_RAD)
    })

    it('moves each joint by a few degrees, and no other, and back', async () => {
      const { arm, driver, run } = tested
      for (const [i, joint] of driver.jointNames.entries()) {
        const home = await run(rested)
        const { upper } = arm.joints.find(({ name: each }) => each === joint)!.limits
        const way = home[i]! + MOVE_RAD + MARGIN_RAD < upper ? MOVE_RAD : -MOVE_RAD
        const goal = home.map((q, k) => (k === i ? q + way : q))
        const there = await run(() => move(home, goal))
        expect(Math.abs(there[i]! - goal[i]!), joint).toBeLessThan(FOLLOWS_RAD)
        const others = goal.map((q, k) => (k === i ? there[i]! : q))
        expect(farthest(there, others), `beside ${joint}`).toBeLessThan(STAYS_RAD)
        const back = await run(() => move(goal, home))
        expect(Math.abs(back[i]! - home[i]!), joint).toBeLessThan(FOLLOWS_RAD)
      }
    })

    it('refuses a goal that is no number and stays where it is', async () => {
      const { driver, run } = tested
      const goal = await run(rested)
      const wrong = goal.slice()
      wrong[0] = Number.NaN
      await expect(run(() => driver.write(wrong))).rejects.toMatchObject({
        code: 'ROBOT_ARM_INVALID',
      })
      expect(farthest(await run(rested), goal)).toBeLessThan(STAYS_RAD)
    })

    it('holds with little torque where little is needed, and with all of it again', async () => {
      const { driver, run } = tested
      const before = await run(rested)
      await run(() => driver.limitTorque(new Float64Array(count()).fill(0.8)))
      expect(farthest(await run(rested), before)).toBeLessThan(STAYS_RAD)
      await run(() => driver.limitTorque(new Float64Array(count()).fill(1)))
    })

    it('lets go, closes, twice if need be, and opens again', async () => {
      const { driver, run } = tested
      await run(() => driver.disable())
      await run(() => driver.close())
      await run(() => driver.close())
      await run(() => driver.open())
      expect((await run(read)).ageS[0]).toBe(0)
    })
  })
}
