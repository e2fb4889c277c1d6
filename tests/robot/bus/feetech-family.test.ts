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
})
