import { describe, expect, it } from 'vitest'
import { ServoBusDriver } from '../../../robot/bus/drivers/servo-bus-driver.ts'
import { twinServosOf } from '../../../robot/bus/twin/twin-servos.ts'
import { type ArmCalibration, nominalCalibration } from '../../../robot/calibration/calibration.ts'
import { drive } from './servo-bus-driver-setup.ts'
import { createTwinArm, so101 } from './twin-arm.ts'

describe('the driver of Feetech servos', () => {
  it('writes what the arm file wants into the EEPROM, so that it outlives a power cycle', async () => {
    const arm = await createTwinArm()
    await arm.clock.run(() => arm.driver.open())
    arm.bus.powerCycle()
    const { bytes } = arm.bus.servos[1]!.registers
    expect([bytes[21], bytes[22], bytes[23], bytes[7], bytes[85]]).toEqual([16, 32, 0, 0, 254])
    // The lock is back on, torque is off.
    expect([bytes[55], bytes[40]]).toEqual([1, 0])
  })

  it('makes servos answer that acknowledge nothing', async () => {
    const arm = await createTwinArm()
    for (const { registers } of arm.bus.servos) registers.bytes[8] = 0
    await arm.clock.run(() => arm.driver.open())
    await arm.clock.run(() => arm.driver.enable())
    expect(arm.bus.servos.map(({ registers }) => registers.bytes[8])).toEqual(Array(6).fill(1))
  })

  it('limits torque to a share of what the servo may use, and gives it back at the next enabling', async () => {
    const arm = await createTwinArm()
    await arm.clock.run(() => arm.driver.open())
    await arm.clock.run(() => arm.driver.enable())
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

  it('writes the calibrated range into servos that would turn farther, and leaves narrower ones', async () => {
    const narrow = { Min_Position_Limit: 1500, Max_Position_Limit: 2500 }
    const servos = twinServosOf(so101)
    const arm = await createTwinArm({
      servos: servos.servos.map((servo, index) =>
        index === 1 ? { ...servo, registers: { ...servo.registers, ...narrow } } : servo,
      ),
    })
    await arm.clock.run(() => arm.driver.open())
    const limitsOf = (servo: number) => {
      const { bytes } = arm.bus.servos[servo]!.registers
      return [bytes[9]! | (bytes[10]! << 8), bytes[11]! | (bytes[12]! << 8)]
    }
    // The pan joint turns by 1.91986 rad either way: 1251.5 steps from 2047.
    expect(limitsOf(0)).toEqual([795, 3299])
    expect(limitsOf(1)).toEqual([1500, 2500])
  })

  it('writes nothing into the EEPROM of a servo that holds torque, and takes one over that is as it should be', async () => {
    const arm = await createTwinArm()
    await arm.clock.run(() => arm.driver.open())
    await arm.clock.run(() => arm.driver.enable())
    const { clock, transport } = arm
    const open = (calibration: ArmCalibration) => {
      const driver = new ServoBusDriver({ arm: so101, calibration, transport, clock })
      return clock.run(() => driver.open())
    }
    const { bytes } = arm.bus.servos[1]!.registers
    const before = bytes.slice(0, 40)
    const nominal = nominalCalibration(so101)
    const joints = nominal.joints.map((joint) => ({ ...joint, maxTicks: joint.maxTicks - 200 }))
    await expect(open({ ...nominal, joints })).rejects.toMatchObject({
      code: 'ROBOT_SERVO_MISMATCH',
      message: expect.stringMatching(
        /^servo 1 \(shoulder_pan\) holds torque .* Max_Position_Limit/,
      ),
      hint: expect.stringContaining('support the arm'),
    })
    expect(bytes.slice(0, 40)).toEqual(before)
    await open(nominal)
    expect(arm.bus.servos.every((servo) => servo.isTorqueOn)).toBe(true)
  })

  it('switches no torque on when a servo has another limit than it was told', async () => {
    const arm = await createTwinArm()
    await arm.clock.run(() => arm.driver.open())
    // Register 48 of servo 3: 900 comes to lie where 700 was sent, the checksum is right.
    const write = arm.transport.write.bind(arm.transport)
    arm.transport.write = (bytes) => {
      const isLimit = bytes[2] === 3 && bytes[4] === 0x03 && bytes[5] === 48
      const body = isLimit ? [3, 5, 0x03, 48, 900 & 0xff, 900 >> 8] : []
      const sum = body.reduce((total, byte) => total + byte, 0)
      return write(isLimit ? Uint8Array.of(0xff, 0xff, ...body, ~sum & 0xff) : bytes)
    }
    const enabling = arm.clock.run(() => arm.driver.enable(new Float64Array(6).fill(0.7)))
    await expect(enabling).rejects.toMatchObject({
      code: 'ROBOT_SERVO_MISMATCH',
      message: 'servo 3 (elbow_flex) has 900 in Torque_Limit, wanted 700',
    })
    expect(arm.bus.servos.some((servo) => servo.isTorqueOn)).toBe(false)
  })

  it('takes the overload of a gripper that holds on for no fault, that of an arm joint for one', async () => {
    for (const [servo, isFault] of [
      [5, false],
      [1, true],
    ] as const) {
      const arm = await createTwinArm()
      await arm.clock.run(() => arm.driver.open())
      await arm.clock.run(() => arm.driver.enable())
      // No torque is allowed for longer than 10 ms.
      const { registers } = arm.bus.servos[servo]!
      for (const [name, value] of [
        ['Overload_Torque', 0],
        ['Protection_Time', 1],
      ] as const) {
        registers.set(registers.table.find(name), value)
      }
      const goal = Float64Array.from(so101.joints, ({ name }) => so101.poses.rest[name]!)
      goal[servo]! += 0.5
      const driving = arm.clock.run(() => drive(arm, goal, 40))
      if (isFault) await expect(driving).rejects.toMatchObject({ code: 'ROBOT_SERVO_FAULT' })
      else await driving
    }
  })
})
