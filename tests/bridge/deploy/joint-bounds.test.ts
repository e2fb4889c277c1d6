import { describe, expect, it } from 'vitest'
import { jointBounds } from '../../../bridge/deploy/joint-bounds.ts'
import type { CalibratedLimits } from '../../../robot/bus/arm-driver.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { model, so101 } from '../../sim/push-setup.ts'
import { FakeArmDriver } from './fake-arm-driver.ts'
import { deployConfig } from './loop-setup.ts'

const names = so101.joints.map((joint) => joint.name)
const { safety } = deployConfig

function boundsOf(calibrated?: CalibratedLimits, limits = safety) {
  const driver = new FakeArmDriver(names, new Float64Array(6), new VirtualClock())
  return jointBounds(Object.assign(driver, calibrated && { calibrated }), so101, model, limits)
}

const calibrated = (lower: number, upper: number, share: number): CalibratedLimits => ({
  lowerRad: new Float64Array(6).fill(lower),
  upperRad: new Float64Array(6).fill(upper),
  torqueShare: new Float64Array(6).fill(share),
})

describe('the bounds of a deployment', () => {
  it('are those of the description, less the margin for joints that are moved', () => {
    const { lower, upper, maxSpeedRadPerS } = boundsOf()
    expect(lower[0]).toBeCloseTo(-1.91986 + 0.02, 9)
    expect(upper[4]).toBeCloseTo(2.84121 - 0.02, 9)
    // The gripper is held closed, almost at its end.
    expect(lower[5]).toBe(-0.174533)
    expect(maxSpeedRadPerS[0]).toBe(4)
  })

  it('are those of the calibration where it allows less, never where it allows more', () => {
    const { lower, upper } = boundsOf(calibrated(-1, 5, 1))
    expect(lower[0]).toBeCloseTo(-0.98, 9)
    expect(upper[0]).toBeCloseTo(1.91986 - 0.02, 9)
    expect(lower[5]).toBe(-0.174533)
  })

  it('leave a servo the least of the torques, and with it a stretch of its spring', () => {
    // 3.25 Nm at 8.9 Nm/rad; the gripper 1.625 Nm.
    expect(boundsOf().maxStretchRad[0]).toBeCloseTo(3.25 / 8.9, 9)
    expect(boundsOf().maxStretchRad[5]).toBeCloseTo(1.625 / 8.9, 9)
    const weak = boundsOf(calibrated(-5, 5, 0.4), { ...safety, maxTorqueShare: 0.6 })
    expect(weak.torqueShare[2]).toBe(0.4)
    expect(weak.maxStretchRad[2]).toBeCloseTo((0.4 * 3.25) / 8.9, 9)
    // A joint that pulls with all it may is blocked before the torque rule hides it.
    expect(weak.maxErrorRad[2]).toBeLessThan(weak.maxStretchRad[2]!)
  })

  it('measure no torque by the stretch of an arm whose own controller damps it', () => {
    const panda = loadArmDescription('panda')
    const pandaModel = compileArm(panda)
    const { jointNames } = pandaModel
    const still = new Float64Array(jointNames.length)
    const driver = new FakeArmDriver(jointNames, still, new VirtualClock())
    const bounds = jointBounds(driver, panda, pandaModel, safety)
    expect(bounds.maxStretchRad).toEqual(still.map(() => Number.POSITIVE_INFINITY))
    expect(bounds.maxErrorRad).toEqual(still.map(() => safety.trackingErrorRad))
  })

  it('refuse a calibration that leaves a joint no range', () => {
    expect(() => boundsOf(calibrated(0.3, 0.33, 1))).toThrow(
      expect.objectContaining({ code: 'ROBOT_CALIBRATION_INVALID' }) as Error,
    )
  })
})
