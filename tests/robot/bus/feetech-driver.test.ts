import { describe, expect, it } from 'vitest'
import { createReading } from '../../../robot/bus/arm-reading.ts'
import { twinServosOf } from '../../../robot/bus/twin/twin-servos.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'
import { createTwinArm, so101, type TwinArm } from './twin-arm.ts'

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

describe('the Feetech driver on an emulated bus in virtual time', () => {
  it('moves all joints to their goals and reads them there', async () => {
    const arm = await opened(await createTwinArm())
    const goal = Float64Array.of(0.3, -0.4, 0.5, -0.6, 0.7, 0.2)
    const reading = await arm.clock.run(() => drive(arm, goal, 200))
    for (let joint = 0; joint < 6; joint++) {
      // Dead zone 1 step, goal and reading rounded to a step each.
      expect(Math.abs(reading.positionRad[joint]! - goal[joint]!)).toBeLessThan(3 * RAD_PER_STEP)
      expect(reading.positionRad[joint]).toBeCloseTo(arm.plant.positionRad[joint]!, 2)
      expect(reading.voltageV[joint]).toBeCloseTo(7.4, 9)
      expect(reading.temperatureC[joint]).toBe(30)
      expect(reading.ageS[joint]).toBe(0)
    }
  })

  it('enables torque where the arm is, whatever the old goal says', async () => {
    const arm = await createTwinArm()
    arm.plant.positionRad.fill(0.5)
    await opened(arm)
    await arm.clock.advanceTo(arm.clock.now() + 1)
    arm.bus.advance()
    expect(arm.plant.positionRad[0]).toBeCloseTo(0.5, 2)
    expect(arm.bus.servos[0]!.registers.bytes[40]).toBe(1)
  })

  it('writes what the arm file wants into the EEPROM, so that it outlives a power cycle', async () => {
    const arm = await opened(await createTwinArm())
    arm.bus.powerCycle()
    const { bytes } = arm.bus.servos[1]!.registers
    expect([bytes[21], bytes[22], bytes[23], bytes[7], bytes[85]]).toEqual([16, 32, 0, 0, 254])
    // The lock is back on, torque is off.
    expect([bytes[55], bytes[40]]).toEqual([1, 0])
  })

  it('reads load with the sign of the torque and speed with that of the motion', async () => {
    const arm = await opened(await createTwinArm())
    const goal = Float64Array.of(1, -1, 0, 0, 0, 0)
    const reading = await arm.clock.run(() => drive(arm, goal, 15))
    expect(reading.velocityRadPerS[0]).toBeGreaterThan(0.5)
    expect(reading.velocityRadPerS[1]).toBeLessThan(-0.5)
    expect(reading.load[0]).toBeGreaterThan(0.05)
    expect(reading.load[1]).toBeLessThan(-0.05)
  })

  it('cuts goals to the calibrated range and counts them', async () => {
    const arm = await opened(await createTwinArm())
    await arm.clock.run(() => arm.driver.write(Float64Array.of(9, 0, 0, 0, 0, 0)))
    await arm.clock.advanceTo(arm.clock.now() + 0.01)
    const { bytes } = arm.bus.servos[0]!.registers
    const { maxTicks } = nominalCalibration(so101).joints[0]!
    expect(bytes[42]! | (bytes[43]! << 8)).toBe(maxTicks)
    expect(arm.driver.statistics.numClampedGoals).toBe(1)
  })

  it('limits torque to a share of what the servo may use, and gives it back at the next enabling', async () => {
    const arm = await opened(await createTwinArm())
    const limitOf = (servo: number) => {
      const { bytes } = arm.bus.servos[servo]!.registers
      return bytes[48]! | (bytes[49]! << 8)
    }
    expect(limitOf(0)).toBe(1000)
    await arm.clock.run(() => arm.driver.limitTorque(Float64Array.of(0.3, 0.5, 1, 1, 1, 0.3)))
    // The arm file keeps the gripper at half its torque.
    expect([0, 1, 2, 5].map(limitOf)).toEqual([300, 500, 1000, 150])
    await arm.clock.run(() => arm.driver.enable())
    expect([0, 1, 2, 5].map(limitOf)).toEqual([1000, 1000, 1000, 500])
  })

  it('disables every servo', async () => {
    const arm = await opened(await createTwinArm())
    await arm.clock.run(() => arm.driver.disable())
    expect(arm.bus.servos.map((servo) => servo.registers.bytes[40])).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('runs the same twice, bit for bit, faults included', async () => {
    const run = async () => {
      const arm = await opened(await createTwinArm())
      Object.assign(arm.bus.faults, { dropRate: 0.05, corruptRate: 0.05, duplicateRate: 0.05 })
      const reading = await arm.clock.run(() => drive(arm, new Float64Array(6).fill(0.4), 100))
      return [arm.clock.now(), arm.driver.statistics, [...reading.positionRad], [...reading.ageS]]
    }
    expect(await run()).toEqual(await run())
  })
})

describe('the Feetech driver when opening', () => {
  it('names the servo that is silent', async () => {
    const arm = await createTwinArm()
    arm.bus.faults.deadIds.add(3)
    await expect(arm.clock.run(() => arm.driver.open())).rejects.toMatchObject({
      code: 'ROBOT_SERVO_SILENT',
      message: expect.stringContaining('servo 3 (elbow_flex) gave no reply'),
    })
  })

  it('refuses another servo model, naming joint, register and values', async () => {
    const servos = twinServosOf(so101).map((servo) =>
      servo.id === 2 ? { ...servo, model: 'sts3250' } : servo,
    )
    const arm = await createTwinArm({ servos })
    await expect(arm.clock.run(() => arm.driver.open())).rejects.toMatchObject({
      code: 'ROBOT_SERVO_MISMATCH',
      message: 'servo 2 (shoulder_lift) has 2825 in Model_Number, wanted 777',
    })
  })

  it('refuses a servo that was homed anew after the calibration', async () => {
    const nominal = nominalCalibration(so101)
    const joints = nominal.joints.map((joint) => ({ ...joint, homingOffsetTicks: 120 }))
    const arm = await createTwinArm({}, { calibration: { ...nominal, joints } })
    await expect(arm.clock.run(() => arm.driver.open())).rejects.toMatchObject({
      code: 'ROBOT_SERVO_MISMATCH',
      message: expect.stringContaining('has 0 in Homing_Offset, wanted 120'),
    })
  })

  it('hears nobody at another baud rate', async () => {
    const servos = twinServosOf(so101, { registers: { Baud_Rate: 4 } })
    const arm = await createTwinArm({ servos })
    await expect(arm.clock.run(() => arm.driver.open())).rejects.toMatchObject({
      code: 'ROBOT_SERVO_SILENT',
    })
  })
})

describe('the Feetech driver when replies go missing', () => {
  it('asks again within the cycle and so hides single losses', async () => {
    const arm = await opened(await createTwinArm())
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
    const arm = await opened(await createTwinArm())
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
      message: expect.stringMatching(/^servo 5 \(wrist_roll\) gave no reply in \d+ ms, \d+ tries$/),
      hint: expect.stringContaining('cable'),
    })
  })

  it('never takes a late reply for the answer to a later request', async () => {
    const arm = await limp(await createTwinArm())
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
    const arm = await limp(await createTwinArm())
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

describe('the Feetech driver when something breaks', () => {
  it('reports the fault that a servo reports', async () => {
    const arm = await opened(await createTwinArm())
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
    const arm = await opened(await createTwinArm())
    const reading = createReading(6)
    arm.clock.schedule(arm.clock.now() + 0.0005, () => arm.transport.unplug())
    await expect(arm.clock.run(() => arm.driver.read(reading))).rejects.toMatchObject({
      code: 'ROBOT_PORT_LOST',
    })
    await expect(arm.clock.run(() => arm.driver.write(new Float64Array(6)))).rejects.toMatchObject({
      code: 'ROBOT_PORT_LOST',
    })
    await arm.clock.run(() => arm.driver.close())
    await arm.clock.run(() => arm.driver.close())
  })

  it('opens again after the cable is back', async () => {
    const arm = await opened(await createTwinArm())
    arm.transport.unplug()
    arm.transport.replug()
    arm.bus.powerCycle()
    await opened(arm)
    const reading = createReading(6)
    await arm.clock.run(() => arm.driver.read(reading))
    expect(reading.ageS[0]).toBe(0)
  })
})
