import { describe, expect, it } from 'vitest'
import { createTwinArm } from './twin-arm.ts'

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
})
