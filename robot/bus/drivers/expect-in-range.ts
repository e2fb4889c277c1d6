import { CodedError } from '../../../configs/load/coded-error.ts'
import type { CalibratedLimits } from '../arm-driver.ts'

/** A joint may stand so far beyond its range, pressed against its end [rad]. */
const OUTSIDE_RAD = 0.1

/**
 * Throws ROBOT_SERVO_MISMATCH when a joint stands outside its calibrated range: with torque its servo would drive
 * back at once.
 * @param describe - a servo by its place, for the message
 */
export function expectInRange(
  { lowerRad, upperRad }: CalibratedLimits,
  positionRad: Float64Array,
  describe: (index: number) => string,
): void {
  for (const [index, q] of positionRad.entries()) {
    const outsideRad = Math.max(lowerRad[index]! - q, q - upperRad[index]!)
    if (outsideRad <= OUTSIDE_RAD) continue
    const degrees = ((outsideRad * 180) / Math.PI).toFixed(0)
    throw new CodedError(
      'ROBOT_SERVO_MISMATCH',
      `${describe(index)} stands ${degrees}° outside its calibrated range`,
      { hint: 'lead the joint by hand into its range, or run sim2arm calibrate' },
    )
  }
}
