import type { Interval } from '../../robot/identification/servo-intervals.ts'
import { deviationsOf } from '../../robot/identification/servo-prior.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import type { RandomizationInput } from '../randomization/randomization.schema.ts'
import { motorOf } from '../world/mujoco-plant-motors.ts'
import type { RealityConfig, RealityValue } from '../world/reality.schema.ts'
import { armUnknowns, type JointParameterName } from './arm-problem.ts'
import { type ArmFit, PRIOR_WIDTH } from './fit-arm.ts'

/**
 * The delay that a fit finds of an emulated arm whose set-up adds none [s]: bytes on the wire, firmware and motors.
 */
const TWIN_DELAY_S = 0.0015
/** Narrower than this share of what was known before, an interval says something. */
const TELLING = 0.6

/**
 * A randomization whose ranges are what a fit leaves open, joint by joint, over the rules of `base`. Where one number
 * holds for the whole arm its range spans those of the joints that told it; where none did the base's rule stays.
 *
 * @param recordings - names of what was fitted
 */
export function randomizationFromArm(
  fit: ArmFit,
  arm: ArmDescription,
  base: string,
  recordings: readonly string[],
): RandomizationInput {
  const joints = Object.entries(fit.joints)
  const alike = { scale: { uniform: [1, 1] as [number, number] } }
  const factor = (name: 'stiffnessNmPerRad' | 'dampingNmSPerRad', joint: string, x: Interval) =>
    rangeOf(x, jointOf(arm, joint).actuator[name])
  const byJoint = <Rule>(name: JointParameterName, rule: (x: Interval, joint: string) => Rule) => ({
    joints: Object.fromEntries(joints.map(([joint, found]) => [joint, rule(found[name], joint)])),
  })
  const armature = spanOf(told(fit, arm, 'armatureKgM2'), (joint) => {
    return jointOf(arm, joint).actuator.armatureKgM2
  })
  const loadFriction = spanOf(told(fit, arm, 'loadFriction'), () => 1)
  return {
    version: 1,
    name: `${arm.name}-identified`,
    source: sourceOf(recordings),
    base,
    arms: {
      [arm.name]: {
        stiffness: alike,
        stiffnessPerJoint: byJoint('stiffnessNmPerRad', (x, joint) => ({
          scale: { uniform: factor('stiffnessNmPerRad', joint, x) },
        })),
        damping: alike,
        dampingPerJoint: byJoint('dampingNmSPerRad', (x, joint) => ({
          scale: { uniform: factor('dampingNmSPerRad', joint, x) },
        })),
        ...(armature && { armature: { scale: { uniform: armature } } }),
        coulombNm: byJoint('coulombNm', (x) => ({ set: { uniform: rangeOf(x) } })),
        ...(loadFriction && { loadFriction: { set: { uniform: loadFriction } } }),
        zeroOffsetRad: byJoint('zeroOffsetRad', (x) => ({ offset: { uniform: rangeOf(x) } })),
        commandDelayS: { set: { uniform: rangeOf(fit.commandDelayS) } },
      },
    },
  }
}

/** Of which joints a fit says more than was known, and what. */
function told(
  { joints }: ArmFit,
  arm: ArmDescription,
  name: JointParameterName,
): readonly (readonly [string, Interval])[] {
  const model = compileArm(arm)
  const unknowns = armUnknowns(model).filter((unknown) => unknown.name === name)
  return unknowns.flatMap(({ joint, prior }) => {
    const jointName = model.jointNames[joint!]!
    const found = joints[jointName]
    if (found === undefined) return []
    const width = deviationsOf(prior, found[name].high) - deviationsOf(prior, found[name].low)
    return width < TELLING * PRIOR_WIDTH ? [[jointName, found[name]] as const] : []
  })
}

/** From the lowest to the highest of intervals, each over its joint's nominal value where it has one; undefined of none. */
function spanOf(
  intervals: readonly (readonly [string, Interval])[],
  nominal: (joint: string) => number,
): [number, number] | undefined {
  const ranges = intervals
    .filter(([joint]) => nominal(joint) > 0)
    .map(([joint, interval]) => rangeOf(interval, nominal(joint)))
  if (ranges.length === 0) return undefined
  return [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))]
}

const rangeOf = ({ low, high }: Interval, nominal = 1): [number, number] => [
  rounded(low / nominal),
  rounded(high / nominal),
]

/**
 * A set-up like the arm that was recorded, a range for each constant; joints that were not recorded stay nominal.
 * Gain and back-EMF go by the winding's resistance there; scales of what the arm's file leaves out stay 1.
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
  // Of nothing every multiple is nothing.
  const scaled = (name: JointParameterName, nominalOf: (joint: string) => number) =>
    perJoint(1, (joint) => {
      const { low, high } = interval(joint, name)
      const nominal = nominalOf(joint)
      return nominal > 0 ? [low / nominal, high / nominal] : [1, 1]
    })
  const addedS = (delayS: number) => rounded(Math.max(0, delayS - TWIN_DELAY_S))
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
      commandDelayS: { uniform: [addedS(fit.commandDelayS.low), addedS(fit.commandDelayS.high)] },
    },
  }
}

function jointOf(arm: ArmDescription, name: string): ArmDescription['joints'][number] {
  return arm.joints.find((joint) => joint.name === name)!
}

const sourceOf = (recordings: readonly string[]) => `sim2arm identify: ${recordings.join(', ')}`
const rounded = (value: number): number => Number(value.toPrecision(4))
