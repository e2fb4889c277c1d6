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

/** Copies one reading over another. */
export function copyReading(from: ArmReading, to: ArmReading): void {
  to.stampS = from.stampS
  to.positionRad.set(from.positionRad)
  to.velocityRadPerS.set(from.velocityRadPerS)
  to.load.set(from.load)
  to.voltageV.set(from.voltageV)
  to.temperatureC.set(from.temperatureC)
  to.ageS.set(from.ageS)
}
