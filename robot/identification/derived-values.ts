import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmDescription, JointDescription } from '../model/arm.schema.ts'
import { fittedParameters } from './describe-fit.ts'
import type { ServoDescription, ServoFitted } from './servo.schema.ts'
import type { Interval } from './servo-intervals.ts'
import type { ServoParameterName, ServoParameters } from './servo-parameters.ts'

/** The registers that hold the P gain, by vendor. */
const GAIN_REGISTERS = ['P_COEFFICIENT', 'POSITION_P_GAIN']

/** Of an arm that names none. */
const UNKNOWN_SUPPLY_V = 12

/** Something that follows from a fit, with the range that the intervals of its parameters leave it. */
export function derive(
  servo: ServoDescription,
  fit: ServoFitted,
  of: (parameters: ServoParameters) => number,
): Interval {
  const best = fittedParameters(servo, fit)
  const value = of(best)
  let below = 0
  let above = 0
  for (const [name, { low, high }] of Object.entries(fit.parameters)) {
    const ends = [low, high].map(
      (end) => of({ ...best, [name as ServoParameterName]: end }) - value,
    )
    below += Math.min(0, ...ends) ** 2
    above += Math.max(0, ...ends) ** 2
  }
  return { value, low: value - Math.sqrt(below), high: value + Math.sqrt(above) }
}

/** Torque at rest and full duty on a supply [Nm]. */
export function stallTorqueNm(parameters: ServoParameters, maxDuty: number, supplyV: number) {
  const { torqueConstantNmPerA, resistanceOhm, lineOhm, supplyOhm, currentLimitA } = parameters
  const ohm = resistanceOhm + maxDuty * (lineOhm + maxDuty * supplyOhm)
  return torqueConstantNmPerA * Math.min(currentLimitA, (maxDuty * supplyV) / ohm)
}

/** Torque per radian of a small error [Nm/rad]. @param dutyPerRad - at the gain in use */
export function stiffnessNmPerRad(
  parameters: ServoParameters,
  dutyPerRad: number,
  supplyV: number,
) {
  const { torqueConstantNmPerA, resistanceOhm, dutyScale } = parameters
  return (dutyScale * dutyPerRad * supplyV * torqueConstantNmPerA) / resistanceOhm
}

/** What brakes the shaft per speed while torque is on [Nm s/rad]. */
export function dampingNmSPerRad(parameters: ServoParameters): number {
  const { torqueConstantNmPerA, resistanceOhm, viscousNmSPerRad } = parameters
  return torqueConstantNmPerA ** 2 / resistanceOhm + viscousNmSPerRad
}

export interface ServoJoint {
  readonly joint: JointDescription
  /** In joint order. */
  readonly index: number
  /** P gain that the arm's file writes to the servo's register. */
  readonly gain: number
  /** The servo's own supply, or the arm's. */
  readonly supplyV: number
}

/** The joints of an arm that have this servo. Throws BRIDGE_USAGE where none has. */
export function jointsWith(servo: ServoDescription, arm: ArmDescription): ServoJoint[] {
  const found = arm.joints.flatMap((joint, index) => {
    if (joint.servo?.model.toLowerCase().startsWith(servo.name) !== true) return []
    const register = GAIN_REGISTERS.find((name) => joint.servo!.registers[name] !== undefined)
    if (register === undefined) return []
    const gain = joint.servo.registers[register]!
    const supplyV = joint.servo.supplyV ?? arm.bus?.supplyV ?? UNKNOWN_SUPPLY_V
    return [{ joint, index, gain, supplyV }]
  })
  if (found.length > 0) return found
  const models = [...new Set(arm.joints.map(({ servo: each }) => each?.model ?? 'none'))]
  throw new CodedError('BRIDGE_USAGE', `no joint of ${arm.name} has a ${servo.name}`, {
    hint: `its servos: ${models.join(', ')}`,
  })
}
