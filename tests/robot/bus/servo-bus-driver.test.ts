import { describe, expect, it } from 'vitest'
import { SERVO_PROTOCOLS } from '../../../robot/bus/protocols/index.ts'
import { twinServosOf } from '../../../robot/bus/twin/twin-servos.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'
import {
  createOf,
  drive,
  FAMILIES,
  limp,
  opened,
  RAD_PER_STEP,
  registerOf,
} from './servo-bus-driver-setup.ts'

describe.each(FAMILIES)('the servo bus driver on $description.name', (family) => {
  const { description, otherModel, inGripper } = family
  const create = createOf(description)

  describe('moves and reads, in virtual time', () => {
    it('moves all joints to their goals and reads them there', async () => {
      const arm = await opened(await create())
      const goal = Float64Array.of(0.3, -0.4, 0.5, -0.6, 0.7, inGripper)
      const reading = await arm.clock.run(() => drive(arm, goal, 300))
      for (let joint = 0; joint < 6; joint++) {
        // Dead zone 1 step, goal and reading rounded to a step each.
        expect(Math.abs(reading.positionRad[joint]! - goal[joint]!)).toBeLessThan(3 * RAD_PER_STEP)
        expect(reading.positionRad[joint]).toBeCloseTo(arm.plant.positionRad[joint]!, 2)
        expect(reading.voltageV[joint]).toBeCloseTo(arm.plant.supplyV[joint]!, 9)
        expect(reading.temperatureC[joint]).toBe(30)
        expect(reading.ageS[joint]).toBe(0)
      }
    })

    it('enables torque where the arm is, whatever the old goal says', async () => {
      const arm = await create()
      arm.plant.positionRad.fill(0.5)
      arm.plant.positionRad[5] = inGripper
      await opened(arm)
      await arm.clock.advanceTo(arm.clock.now() + 1)
      arm.bus.advance()
      expect(arm.plant.positionRad[0]).toBeCloseTo(0.5, 2)
      expect(arm.bus.servos.every((servo) => servo.isTorqueOn)).toBe(true)
    })

    it('gives no torque to a joint that stands far outside its calibrated range', async () => {
      const arm = await create()
      const [joint] = nominalCalibration(description).joints
      // 0.2 rad beyond the end: with torque the servo would drive back at once.
      arm.plant.positionRad[0] = (joint!.maxTicks - 2047) * RAD_PER_STEP + 0.2
      await expect(opened(arm)).rejects.toMatchObject({
        code: 'ROBOT_SERVO_MISMATCH',
        message: 'servo 1 (shoulder_pan) stands 11° outside its calibrated range',
      })
      expect(arm.bus.servos.some((servo) => servo.isTorqueOn)).toBe(false)
    })

    it('is patient with servos that answer late while the arm is opened, and quick with others', async () => {
      const quick = await create()
      await opened(quick)
      const usualS = quick.clock.now()
      expect(usualS).toBeLessThan(0.5)
      const arm = await create()
      // As a computer makes them seem that gives nobody a turn for 0.15 s, and half of the time.
      Object.assign(arm.bus.faults, { delayRate: 0.5, delayS: 0.15 })
      await limp(arm)
      Object.assign(arm.bus.faults, { delayRate: 0 })
      await arm.clock.run(() => arm.driver.enable())
      expect(arm.bus.servos.every((servo) => servo.isTorqueOn)).toBe(true)
    })

    it('brings the registers to what the arm file wants', async () => {
      const arm = await opened(await create())
      description.joints.forEach(({ servo }, index) => {
        const found = Object.keys(servo!.registers).map((name) => [
          name,
          registerOf(arm.bus.servos[index]!, name),
        ])
        expect(Object.fromEntries(found)).toEqual(servo!.registers)
      })
    })

    it('reads load with the sign of the torque and speed with that of the motion', async () => {
      const arm = await opened(await create())
      const goal = Float64Array.of(1, -1, 0, 0, 0, 0)
      const reading = await arm.clock.run(() => drive(arm, goal, 15))
      expect(reading.velocityRadPerS[0]).toBeGreaterThan(0.5)
      expect(reading.velocityRadPerS[1]).toBeLessThan(-0.5)
      expect(reading.load[0]).toBeGreaterThan(0.05)
      expect(reading.load[1]).toBeLessThan(-0.05)
    })

    it('cuts goals to the calibrated range and counts them', async () => {
      const arm = await opened(await create())
      await arm.clock.run(() => arm.driver.write(Float64Array.of(9, 0, 0, 0, 0, 0)))
      await arm.clock.advanceTo(arm.clock.now() + 0.01)
      const { maxTicks } = nominalCalibration(description).joints[0]!
      expect(registerOf(arm.bus.servos[0]!, 'Goal_Position')).toBe(maxTicks)
      expect(arm.driver.statistics.numClampedGoals).toBe(1)
    })

    it('disables every servo', async () => {
      const arm = await opened(await create())
      await arm.clock.run(() => arm.driver.disable())
      expect(arm.bus.servos.some((servo) => servo.isTorqueOn)).toBe(false)
    })

    it('runs the same twice, bit for bit, faults included', async () => {
      const run = async () => {
        const arm = await opened(await create())
        Object.assign(arm.bus.faults, { dropRate: 0.05, corruptRate: 0.05, duplicateRate: 0.05 })
        const reading = await arm.clock.run(() => drive(arm, new Float64Array(6).fill(0.4), 100))
        return [arm.clock.now(), arm.driver.statistics, [...reading.positionRad], [...reading.ageS]]
      }
      expect(await run()).toEqual(await run())
    })
  })

  describe('when opening', () => {
    it('names the servo that is silent', async () => {
      const arm = await create()
      arm.bus.faults.deadIds.add(3)
      await expect(arm.clock.run(() => arm.driver.open())).rejects.toMatchObject({
        code: 'ROBOT_SERVO_SILENT',
        message: expect.stringContaining('servo 3 (elbow_flex) gave no reply'),
      })
    })

    it('refuses another servo model, naming joint, register and values', async () => {
      const servos = twinServosOf(description).servos.map((servo) =>
        servo.id === 2 ? { ...servo, model: otherModel.name } : servo,
      )
      const arm = await create({ servos })
      await expect(arm.clock.run(() => arm.driver.open())).rejects.toMatchObject({
        code: 'ROBOT_SERVO_MISMATCH',
        message: `servo 2 (shoulder_lift) has ${otherModel.number} in Model_Number, wanted ${otherModel.wanted}`,
      })
    })

    it('refuses a servo that was homed anew after the calibration', async () => {
      const nominal = nominalCalibration(description)
      const joints = nominal.joints.map((joint) => ({ ...joint, homingOffsetTicks: 120 }))
      const arm = await create({}, { calibration: { ...nominal, joints } })
      await expect(arm.clock.run(() => arm.driver.open())).rejects.toMatchObject({
        code: 'ROBOT_SERVO_MISMATCH',
        message: expect.stringContaining('has 0 in Homing_Offset, wanted 120'),
      })
    })

    it('hears nobody at another baud rate', async () => {
      const slow = SERVO_PROTOCOLS[description.bus!.protocol].baudRatesBps.indexOf(115_200)
      const { servos } = twinServosOf(description, { registers: { Baud_Rate: slow } })
      const arm = await create({ servos })
      await expect(arm.clock.run(() => arm.driver.open())).rejects.toMatchObject({
        code: 'ROBOT_SERVO_SILENT',
      })
    })
  })
})
