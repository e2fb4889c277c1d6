import type { ArmReading } from './arm-driver.ts'

/** Room for one reading of `numJoints` joints, all zero. */
export function createReading(numJoints: number): ArmReading {
  return {
    stampS: 0,
    positionRad: new Float64Array(numJoints),
    velocityRadPerS: new Float64Array(numJoints),
    load: new Float64Array(numJoints),
    voltageV: new Float64Array(numJoints),
    temperatureC: new Float64Array(numJoints),
    ageS: new Float64Array(numJoints),
  }
}
