import { describe, expect, it } from 'vitest'
import { createOf, drive, FAMILIES, opened } from './servo-bus-driver-setup.ts'

describe.each(FAMILIES)('behind an adapter that is slow, $description.name', ({ description }) => {
  // Of every transfer, both ways. 8 ms: the latency timer of FTDI's adapters, as they come, is 16 ms.
  it.each([0.004, 0.006, 0.008, 0.012, 0.016, 0.025])(
    'is heard whole at %s s',
    async (latencyS) => {
      const arm = await opened(await createOf(description)())
      Object.assign(arm.bus.faults, { latencyS })
      const goal = new Float64Array(6).fill(0.1)
      const reading = await arm.clock.run(() => drive(arm, goal, 300))
      expect(Math.max(...reading.ageS)).toBeLessThan(0.2)
    },
  )

  it('does not hide that a servo has lost its torque', async () => {
    const arm = await opened(await createOf(description)())
    Object.assign(arm.bus.faults, { latencyS: 0.008 })
    const goal = new Float64Array(6).fill(0.1)
    await arm.clock.run(() => drive(arm, goal, 50))
    arm.bus.powerCycle()
    await expect(arm.clock.run(() => drive(arm, goal, 300))).rejects.toMatchObject({
      code: 'ROBOT_SERVO_FAULT',
      message: expect.stringContaining('has lost its torque'),
    })
  })
})
