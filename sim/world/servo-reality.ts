import { derive, jointsWith } from '../../robot/identification/derived-values.ts'
import type { ServoDescription, ServoFitted } from '../../robot/identification/servo.schema.ts'
import type { ServoParameters } from '../../robot/identification/servo-parameters.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { motorOf } from './mujoco-plant-motors.ts'
import type { RealityConfig, RealityValue } from './reality.schema.ts'

/** A reality as it is written: what is left out is nominal. */
export type ServoReality = Pick<RealityConfig, 'version' | 'name' | 'source'> & {
  readonly servos: Readonly<Record<string, RealityValue[]>>
}

/**
 * A set-up whose servos are as identified, a range for each constant; joints with other servos stay nominal.
 * What the current passes only while the bridge is on counts by half, as at half duty. Throws BRIDGE_USAGE where
 * no joint of the arm has the servo.
 */
export function realityFromServo(
  servo: ServoDescription,
  fit: ServoFitted,
  arm: ArmDescription,
): ServoReality {
  const joints = jointsWith(servo, arm)
  const perJoint = (
    other: number,
    of: (parameters: ServoParameters) => number,
    nominal: (index: number) => number = () => 1,
  ): RealityValue[] => {
    const { low, high } = derive(servo, fit, of)
    const values: RealityValue[] = arm.joints.map(() => other)
    for (const { index } of joints) {
      values[index] = { uniform: [rounded(low / nominal(index)), rounded(high / nominal(index))] }
    }
    return values
  }
  const motor = (index: number) => motorOf(arm, arm.joints[index]!)
  return {
    version: 1,
    name: `${arm.name}-${servo.name}`,
    source: `sim2arm identify: ${servo.title}, model ${fit.model}, logs ${fit.logs.join(', ')}`,
    servos: {
      torqueConstantScale: perJoint(
        1,
        (p) => p.torqueConstantNmPerA,
        (i) => motor(i).torqueConstantNmPerA,
      ),
      resistanceScale: perJoint(
        1,
        (p) => p.resistanceOhm + p.lineOhm / 2,
        (i) => motor(i).resistanceOhm + motor(i).lineOhm / 2,
      ),
      armatureScale: perJoint(
        1,
        (p) => p.armatureKgM2,
        (i) => motor(i).armatureKgM2,
      ),
      coulombScale: perJoint(
        1,
        (p) => p.coulombNm,
        (i) => motor(i).coulombNm,
      ),
      viscousScale: perJoint(
        1,
        (p) => p.viscousNmSPerRad,
        (i) => motor(i).viscousNmSPerRad,
      ),
      stribeckShare: perJoint(0, (p) => p.stribeckNm / p.coulombNm),
      stribeckSpeedRadPerS: perJoint(0.4, (p) => p.stribeckSpeedRadPerS),
      // Of motor's and load's torque together here, of what goes through the gear there.
      loadFriction: perJoint(0, (p) => 2 * (p.loadFriction + p.loadStribeck / 2)),
    },
  }
}

const rounded = (value: number): number => Number(Math.max(0, value).toPrecision(4))
