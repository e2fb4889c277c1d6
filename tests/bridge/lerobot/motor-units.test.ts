import { describe, expect, it } from 'vitest'
import { createMotorUnits, usualUnits } from '../../../bridge/lerobot/motor-units.ts'
import type { ArmCalibration } from '../../../robot/calibration/calibration.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'

const so101 = loadArmDescription('so101')
const JOINTS = ['shoulder_pan', 'gripper']
/** Zero at 2047; the range that was swept by hand lies to one side. */
const calibration: ArmCalibration = {
  origin: 'by hand',
  joints: so101.joints.map(() => ({
    ...{ zeroTicks: 2047, minTicks: 1000, maxTicks: 3000, uncertaintyRad: 0 },
    sign: -1 as const,
  })),
}
const QUARTER_TURN = Math.PI / 2

describe('a row of a dataset', () => {
  it('is in degrees from the middle of the range as LeRobot counts them, grippers in percent', () => {
    // A quarter of a turn down from 2047 is 1023 steps: LeRobot reads (1023 − 2000) · 360 / 4095 degrees, and
    // (1023 − 1000) / 2000 of the gripper's range.
    const row = createMotorUnits(so101, calibration, JOINTS).toRow([QUARTER_TURN, QUARTER_TURN])
    expect(row[0]).toBeCloseTo(-85.8901, 3)
    expect(row[1]).toBeCloseTo(1.15, 4)
  })

  it('can be in shares of the range', () => {
    const units = createMotorUnits(so101, calibration, JOINTS, 'range')
    expect(units.toRow([QUARTER_TURN, 0])[0]).toBeCloseTo(-97.7, 4)
  })

  it.each(['degrees', 'range', 'radians'] as const)('comes back from %s as it was', (name) => {
    const units = createMotorUnits(so101, calibration, JOINTS, name)
    const [pan, gripper] = units.toRadians(units.toRow([0.7, -0.2]))
    expect(pan).toBeCloseTo(0.7, 5)
    expect(gripper).toBeCloseTo(-0.2, 5)
  })

  it('names a joint that has no servo', () => {
    expect(() => createMotorUnits(so101, calibration, ['elbow'])).toThrow(
      /so101 has no servo elbow/,
    )
  })

  it('needs no calibration for joint angles as they are, and nothing else does without', () => {
    const units = createMotorUnits(so101, null, JOINTS, 'radians')
    expect(units.toRow([0.5, -0.25])).toEqual(Float32Array.of(0.5, -0.25))
    expect(() => createMotorUnits(so101, null, JOINTS)).toThrow(
      expect.objectContaining({
        code: 'BRIDGE_RECORDING_INVALID',
        hint: expect.stringContaining('--units radians'),
      }),
    )
  })

  it('is as LeRobot’s follower of that arm writes it', () => {
    expect(['so101', 'koch', 'panda'].map((name) => usualUnits(loadArmDescription(name)))).toEqual([
      'degrees',
      'range',
      'radians',
    ])
  })
})
