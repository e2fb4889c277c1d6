import { describe, expect, it } from 'vitest'
import { createReading } from '../../../robot/bus/arm-reading.ts'
import type { ServoBusDriverOptions } from '../../../robot/bus/drivers/servo-bus-driver.ts'
import { SERVO_PROTOCOLS } from '../../../robot/bus/protocols/index.ts'
import type { ServoBusOptions } from '../../../robot/bus/twin/bus.ts'
import type { EmulatedServo } from '../../../robot/bus/twin/emulated-servo.ts'
import { twinServosOf } from '../../../robot/bus/twin/twin-servos.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'
import { createTwinArm, koch, so101, type TwinArm } from './twin-arm.ts'

const RAD_PER_STEP = (2 * Math.PI) / 4096

/** Opens and enables, then runs `cycles` of read and write at 100 Hz towards `goal`. */
async function drive(arm: TwinArm, goal: Float64Array, cycles: number) {
  const reading = createReading(6)
  for (let cycle = 0; cycle < cycles; cycle++) {
    const startS = arm.clock.now()
    await arm.driver.read(reading)
    await arm.driver.write(goal)
    await arm.clock.sleepUntil(startS + 0.01)
  }
  return reading
}

/** With torque off: the joints stay where a test puts them. */
const limp = async (arm: TwinArm): Promise<TwinArm> => {
  await arm.clock.run(() => arm.driver.open())
  return arm
}

const opened = async (arm: TwinArm): Promise<TwinArm> => {
  await arm.clock.run(() => arm.driver.open())
  await arm.clock.run(() => arm.driver.enable())
  return arm
}

const registerOf = ({ registers }: EmulatedServo, name: string): number =>
  registers.get(registers.table.find(name))

const FAMILIES = [
  {
    description: so101,
    otherModel: { name: 'sts3250', number: 2825, wanted: 777 },
    inGripper: 0.2,
  },
  {
    description: koch,
    otherModel: { name: 'xm430-w350', number: 1020, wanted: 1060 },
    inGripper: -0.2,
  },
]

describe.each(FAMILIES)('the servo bus driver on $description.name', (family) => {
  const { description, otherModel, inGripper } = family
  const create = (
    bus: Partial<ServoBusOptions> = {},
    driver: Partial<ServoBusDriverOptions> = {},
  ): Promise<TwinArm> => createTwinArm(bus, { arm: description, ...driver })

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
      await opened(arm)
      await arm.clock.advanceTo(arm.clock.now() + 1)
      arm.bus.advance()
      expect(arm.plant.positionRad[0]).toBeCloseTo(0.5, 2)
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

  describe('when replies go missing', () => {
    it('asks again within the cycle and so hides single losses', async () => {
      const arm = await opened(await create())
      arm.bus.faults.dropRate = 0.02
      const reading = createReading(6)
      let numStale = 0
      await arm.clock.run(async () => {
        for (let cycle = 0; cycle < 300; cycle++) {
          await arm.driver.read(reading)
          if (reading.ageS.some((age) => age > 0)) numStale++
        }
      })
      expect(arm.driver.statistics.numLostReplies).toBeGreaterThan(15)
      // 1800 replies: both tries lost with probability 0.0004 each.
      expect(numStale).toBeLessThan(5)
    })

    it('keeps the last value with its age, then names the servo that died', async () => {
      const arm = await opened(await create())
      arm.plant.positionRad.fill(0.2)
      const reading = createReading(6)
      await arm.clock.run(() => arm.driver.read(reading))
      const heardS = reading.stampS
      arm.bus.faults.deadIds.add(5)
      await arm.clock.run(() => arm.driver.read(reading))
      expect(reading.ageS[4]).toBeCloseTo(reading.stampS - heardS, 9)
      expect(reading.positionRad[4]).toBeCloseTo(0.2, 2)
      expect(reading.ageS[3]).toBe(0)
      const readOn = async () => {
        for (let cycle = 0; cycle < 50; cycle++) {
          await arm.driver.read(reading)
          await arm.clock.sleepUntil(arm.clock.now() + 0.01)
        }
      }
      await expect(arm.clock.run(readOn)).rejects.toMatchObject({
        code: 'ROBOT_SERVO_SILENT',
        message: expect.stringMatching(
          /^servo 5 \(wrist_roll\) gave no reply in \d+ ms, \d+ tries$/,
        ),
        hint: expect.stringContaining('cable'),
      })
    })

    it('never takes a late reply for the answer to a later request', async () => {
      const arm = await limp(await create())
      const reading = createReading(6)
      let worst = 0
      await arm.clock.run(async () => {
        // 13 ms: past the time-out, so it comes while a later request is under way.
        Object.assign(arm.bus.faults, { delayRate: 0.1, delayS: 0.013 })
        for (let cycle = 0; cycle < 500; cycle++) {
          // The arm jumps between requests: an old reply would show an old position.
          const before = arm.clock.now()
          arm.plant.positionRad.fill(0.001 * cycle)
          await arm.driver.read(reading)
          for (let joint = 0; joint < 6; joint++) {
            const isFresh = reading.ageS[joint] === 0 && reading.stampS >= before
            const error = Math.abs(reading.positionRad[joint]! - 0.001 * cycle)
            if (isFresh) worst = Math.max(worst, error)
          }
        }
      })
      expect(arm.driver.statistics.numStrayFrames).toBeGreaterThan(50)
      expect(worst).toBeLessThan(RAD_PER_STEP)
    })

    it('is not misled by doubled and damaged replies', async () => {
      const arm = await limp(await create())
      arm.plant.positionRad.fill(0.3)
      Object.assign(arm.bus.faults, { duplicateRate: 0.3, corruptRate: 0.05 })
      const reading = createReading(6)
      await arm.clock.run(async () => {
        for (let cycle = 0; cycle < 300; cycle++) {
          await arm.driver.read(reading)
          for (const position of reading.positionRad) expect(position).toBeCloseTo(0.3, 2)
        }
      })
    })
  })

  describe('when something breaks', () => {
    it('reports the fault that a servo reports', async () => {
      const arm = await opened(await create())
      arm.plant.temperatureC[2] = 75
      const reading = createReading(6)
      const readTwice = async () => {
        for (let cycle = 0; cycle < 5; cycle++) {
          await arm.driver.read(reading)
          await arm.clock.sleepUntil(arm.clock.now() + 0.01)
        }
      }
      await expect(arm.clock.run(readTwice)).rejects.toMatchObject({
        code: 'ROBOT_SERVO_FAULT',
        message: 'servo 3 (elbow_flex) reports too hot',
      })
    })

    it('says that the port is gone, in the middle of a read', async () => {
      const arm = await opened(await create())
      const reading = createReading(6)
      arm.clock.schedule(arm.clock.now() + 0.0005, () => arm.transport.unplug())
      await expect(arm.clock.run(() => arm.driver.read(reading))).rejects.toMatchObject({
        code: 'ROBOT_PORT_LOST',
      })
      await expect(
        arm.clock.run(() => arm.driver.write(new Float64Array(6))),
      ).rejects.toMatchObject({
        code: 'ROBOT_PORT_LOST',
      })
      await arm.clock.run(() => arm.driver.close())
      await arm.clock.run(() => arm.driver.close())
    })

    it('opens again after the cable is back', async () => {
      const arm = await opened(await create())
      arm.transport.unplug()
      arm.transport.replug()
      arm.bus.powerCycle()
      await opened(arm)
      const reading = createReading(6)
      await arm.clock.run(() => arm.driver.read(reading))
      expect(reading.ageS[0]).toBe(0)
    })
  })
})
