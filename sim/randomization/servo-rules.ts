import {
  dampingNmSPerRad,
  derive,
  jointsWith,
  stallTorqueNm,
  stiffnessNmPerRad,
} from '../../robot/identification/derived-values.ts'
import type { ServoDescription, ServoFitted } from '../../robot/identification/servo.schema.ts'
import type { Interval } from '../../robot/identification/servo-intervals.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { RandomizationInput } from './randomization.schema.ts'

/**
 * A randomization of an arm whose servos have been identified: what the fit says, as ranges, over the rules of
 * `base`. Factors are relative to the arm's file; where other joints have other servos they reach to 1, as one
 * factor holds for the whole arm. Throws BRIDGE_USAGE where no joint has the servo.
 */
export function randomizationFromServo(
  servo: ServoDescription,
  fit: ServoFitted,
  arm: ArmDescription,
  base: string,
): RandomizationInput {
  const joints = jointsWith(servo, arm)
  const isWhole = joints.length === arm.joints.length
  const { dutyPerRad, maxDuty } = servo.firmware
  /** Over the joints, each relative to its own nominal value. */
  const factor = (of: (joint: (typeof joints)[number]) => readonly [Interval, number]) => {
    const ratios = joints.flatMap((joint) => {
      const [{ low, high }, nominal] = of(joint)
      return [low / nominal, high / nominal]
    })
    const all = isWhole ? ratios : [...ratios, 1]
    return { scale: { uniform: range(Math.min(...all), Math.max(...all)) } }
  }
  const coulomb = derive(servo, fit, (p) => p.coulombNm)
  const rest = derive(servo, fit, (p) => p.coulombNm + p.stribeckNm)
  // A servo's friction is a share of the motor's torque there, of motor's plus load's here: 2 c/(1 + c).
  const share = (c: number) => (2 * c) / (1 + c)
  const moving = derive(servo, fit, (p) => share(p.loadFriction))
  const resting = derive(servo, fit, (p) => share(p.loadFriction + p.loadStribeck))
  return {
    version: 1,
    name: `${arm.name}-${servo.name}`,
    source: `sim2arm identify: ${servo.title}, model ${fit.model}, logs ${fit.logs.join(', ')}`,
    base,
    arms: {
      [arm.name]: {
        stiffness: factor(({ joint, gain, supplyV }) => [
          derive(servo, fit, (p) => stiffnessNmPerRad(p, gain * dutyPerRad, supplyV)),
          joint.actuator.stiffnessNmPerRad,
        ]),
        stallTorque: factor(({ joint, supplyV }) => [
          derive(servo, fit, (p) => stallTorqueNm(p, maxDuty, supplyV)),
          joint.actuator.stallTorqueNm,
        ]),
        damping: factor(({ joint }) => [
          derive(servo, fit, dampingNmSPerRad),
          joint.actuator.dampingNmSPerRad,
        ]),
        armature: factor(({ joint }) => [
          derive(servo, fit, (p) => p.armatureKgM2),
          joint.actuator.armatureKgM2,
        ]),
        coulombNm: { set: { uniform: range(coulomb.low, rest.high) } },
        loadFriction: { set: { uniform: range(moving.low, resting.high) } },
      },
    },
  }
}

const range = (low: number, high: number): [number, number] => [
  Number(Math.max(0, low).toPrecision(4)),
  Number(Math.max(0, high).toPrecision(4)),
]
