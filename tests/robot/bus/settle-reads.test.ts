import { describe, expect, it } from 'vitest'
import { createOf, FAMILIES, limp } from './servo-bus-driver-setup.ts'

describe.each(FAMILIES)(
  'before torque goes on, the driver of $description.name',
  ({ description }) => {
    const create = createOf(description)

    it('waits until reads come in time, or do not get any quicker', async () => {
      const enabledS = async (slowForS: number) => {
        const arm = await limp(await create({}, { settleS: 0.3 }))
        const openedS = arm.clock.now()
        // As a program that is still being compiled: a request and its replies take more than 24 ms.
        Object.assign(arm.bus.faults, { latencyS: 0.012 })
        arm.clock.schedule(openedS + slowForS, () => Object.assign(arm.bus.faults, { latencyS: 0 }))
        const torqueS = arm.clock.run(() => arm.driver.enable()).then(() => arm.clock.now())
        return (await torqueS) - openedS
      }
      // Beside the wait: the registers that are written and read back.
      const atOnceS = (await enabledS(0)) - 0.3
      const [soonS, neverS] = [await enabledS(1), await enabledS(60)]
      expect(soonS).toBeGreaterThanOrEqual(1.3)
      expect(soonS).toBeLessThan(1.5 + atOnceS)
      expect(neverS).toBeGreaterThanOrEqual(5)
      expect(neverS).toBeLessThan(8)
    })
  },
)
