import type { Interval } from '../../robot/identification/servo-intervals.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { RandomizationInput } from '../randomization/randomization.schema.ts'
import { motorOf } from '../world/mujoco-plant-motors.ts'
import type { RealityConfig, RealityValue } from '../world/reality.schema.ts'
import type { JointParameterName } from './arm-problem.ts'
import type { ArmFit } from './fit-arm.ts'

/**
 * A randomization whose ranges are what a fit leaves open, over the rules of `base`. Where one number holds for the
 * whole arm its range spans those of all joints.
 *
 * @param recordings - names of what was fitted
 */
export function randomizationFromArm(
  fit: ArmFit,
  arm: ArmDescription,
  base: string,
  recordings: readonly string[],
): RandomizationInput {
  const ends = (name: JointParameterName, of: (interval: Interval, joint: string) => number[]) => {
    const all = Object.entries(fit.joints).flatMap(([joint, found]) => of(found[name], joint))
    return [rounded(Math.min(...all)), rounded(Math.max(...all))] as [number, number]
  }
  const factor = (name: 'stiffnessNmPerRad' | 'dampingNmSPerRad' | 'armatureKgM2') => ({
    scale: {
      uniform: ends(name, ({ low, high }, joint) => {
        const nominal = jointOf(arm, joint).actuator[name]
        return [low / nominal, high / nominal]
      }),
    },
  })
  const range = (name: JointParameterName) => ends(name, ({ low, high }) => [low, high])
  const { low, high } = fit.commandDelayS
  return {
    version: 1,
    name: `${arm.name}-identified`,
    source: sourceOf(recordings),
    base,
    arms: {
      [arm.name]: {
        stiffness: factor('stiffnessNmPerRad'),
        damping: factor('dampingNmSPerRad'),
        armature: factor('armatureKgM2'),
        coulombNm: { set: { uniform: range('coulombNm') } },
        loadFriction: { set: { uniform: range('loadFriction') } },
        zeroOffsetRad: { offset: { uniform: range('zeroOffsetRad') } },
        commandDelayS: { set: { uniform: [rounded(low), rounded(high)] } },
      },
    },
  }
}

/**
 * A set-up like the arm that was recorded, a range for each constant; joints that were not recorded stay nominal.
 * Gain and back-EMF go by the winding's resistance there.
 */
export function realityFromArm(
  fit: ArmFit,
  arm: ArmDescription,
  recordings: readonly string[],
): Pick<RealityConfig, 'version' | 'name' | 'source'> & {
  readonly arm: object
  readonly servos: object
  readonly bus: object
} {
  const perJoint = (other: number, of: (joint: string) => readonly [number, number]) =>
    arm.joints.map(({ name }): RealityValue => {
      if (fit.joints[name] === undefined) return other
      const [low, high] = of(name)
      return { uniform: [rounded(low), rounded(high)] }
    })
  const interval = (joint: string, name: JointParameterName) => fit.joints[joint]![name]
  const motor = (joint: string) => motorOf(arm, jointOf(arm, joint))
  const scaled = (name: JointParameterName, nominal: (joint: string) => number) =>
    perJoint(1, (joint) => {
      const { low, high } = interval(joint, name)
      return [low / nominal(joint), high / nominal(joint)]
    })
  return {
    version: 1,
    name: `${arm.name}-identified`,
    source: sourceOf(recordings),
    arm: {
      zeroOffsetRad: perJoint(0, (joint) => {
        const { low, high } = interval(joint, 'zeroOffsetRad')
        return [low, high]
      }),
    },
    servos: {
      resistanceScale: perJoint(1, (joint) => {
        const { low, high } = interval(joint, 'stiffnessNmPerRad')
        const nominal = jointOf(arm, joint).actuator.stiffnessNmPerRad
        return [nominal / high, nominal / low]
      }),
      armatureScale: scaled('armatureKgM2', (joint) => motor(joint).armatureKgM2),
      coulombScale: scaled('coulombNm', (joint) => motor(joint).coulombNm),
      loadFriction: perJoint(0, (joint) => {
        const { low, high } = interval(joint, 'loadFriction')
        return [low, high]
      }),
    },
    bus: {
      latencyS: { uniform: [rounded(fit.commandDelayS.low), rounded(fit.commandDelayS.high)] },
    },
  }
}

function jointOf(arm: ArmDescription, name: string): ArmDescription['joints'][number] {
  return arm.joints.find((joint) => joint.name === name)!
}

const sourceOf = (recordings: readonly string[]) => `sim2arm identify: ${recordings.join(', ')}`
const rounded = (value: number): number => Number(value.toPrecision(4))
