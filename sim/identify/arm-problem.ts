import { deviationsOf, type Prior, valueAt } from '../../robot/identification/servo-prior.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { ArmDynamics } from '../../robot/model/dynamics.ts'
import type { ArmTrack } from './arm-track.ts'
import { placesInTrack, resimulateTrack } from './resimulate-track.ts'

/** What is looked for at each joint; at the joint, after the gear. */
export const JOINT_PARAMETERS = [
  'stiffnessNmPerRad',
  'dampingNmSPerRad',
  'coulombNm',
  /** Share of the motor's torque that becomes friction. */
  'loadFriction',
  'armatureKgM2',
  /** Measured minus true angle, as far as gravity shows it. */
  'zeroOffsetRad',
] as const
export type JointParameterName = (typeof JOINT_PARAMETERS)[number]

/** One unknown of an arm: a joint's, or, without a joint, the time from a command's sending to its effect. */
export interface ArmUnknown {
  readonly joint?: number
  readonly name: JointParameterName | 'commandDelayS'
  readonly prior: Prior
  /** Deviations from the prior's middle at which it is 0, where it may be that and no less; else -Infinity. */
  readonly least: number
}

/** Standard deviations of what an arm's file says: supply and gain, temperature, wear, other units. */
const FACTORS = { stiffnessNmPerRad: 1.4, dampingNmSPerRad: 1.5, armatureKgM2: 1.4, coulombNm: 2 }
const LEAST_COULOMB_NM = 0.01
const LOAD_FRICTION: Prior = { around: 0.08, spread: 0.08 }
const ZERO_OFFSET: Prior = { around: 0, spread: 0.03 }
const COMMAND_DELAY: Prior = { around: 0.02, spread: 0.02 }
/** The simulated arm is put where the measured one is as often [s]. */
const WINDOW_S = 4

/** Everything that a fit looks for, in the order of a vector of deviations from the priors' middles. */
export function armUnknowns(model: ArmModel): ArmUnknown[] {
  const priorOf = (name: JointParameterName, joint: number): Prior => {
    if (name === 'loadFriction') return LOAD_FRICTION
    if (name === 'zeroOffsetRad') return ZERO_OFFSET
    const least = name === 'coulombNm' ? LEAST_COULOMB_NM : Number.MIN_VALUE
    return { around: Math.max(least, model[name][joint]!), factor: FACTORS[name] }
  }
  const joints = Array.from({ length: model.numJoints }, (_, joint) =>
    JOINT_PARAMETERS.map((name) => {
      const prior = priorOf(name, joint)
      const least = name === 'loadFriction' ? deviationsOf(prior, 0) : Number.NEGATIVE_INFINITY
      return { joint, name, prior, least }
    }),
  )
  const delay = { name: 'commandDelayS', prior: COMMAND_DELAY } as const
  return [...joints.flat(), { ...delay, least: deviationsOf(COMMAND_DELAY, 0) }]
}

export interface ArmProblem {
  readonly tracks: readonly ArmTrack[]
  readonly model: ArmModel
  readonly unknowns: readonly ArmUnknown[]
}

/**
 * Simulated minus measured angles of all tracks, joint by joint [numJoints][cycles of all tracks], [rad]. Without the
 * play that training takes off a servo's error: the encoder sits behind the gear, so that a load held from one side
 * loses nothing by it, and a fit would make up for it by stiffness.
 */
export function armResiduals(
  { tracks, model, unknowns }: ArmProblem,
  deviations: Float64Array,
): Float64Array[] {
  const dynamics = new ArmDynamics(model)
  const zeroOffsetRad = new Float64Array(model.numJoints)
  const { stiffness, damping, coulomb, loadFriction, armature } = dynamics.parameters
  dynamics.parameters.backlash.fill(0)
  const arrays = {
    stiffnessNmPerRad: stiffness,
    dampingNmSPerRad: damping,
    coulombNm: coulomb,
    loadFriction,
    armatureKgM2: armature,
    zeroOffsetRad,
  }
  let commandDelayS = 0
  unknowns.forEach(({ joint, name, prior }, i) => {
    const value = valueAt(prior, deviations[i]!)
    if (name === 'commandDelayS') commandDelayS = value
    else arrays[name][joint!] = value
  })
  const cycles = tracks.reduce((sum, { timeS }) => sum + timeS.length, 0)
  const residuals = model.jointNames.map(() => new Float64Array(cycles))
  let from = 0
  for (const track of tracks) {
    const places = placesInTrack(track, model.jointNames)
    const options = { windowS: WINDOW_S, commandDelayS, zeroOffsetRad }
    const simulated = resimulateTrack(track, dynamics, places, options)
    for (let k = 0; k < simulated.length; k++) {
      for (let i = 0; i < places.length; i++) {
        residuals[i]![from + k] = simulated[k]![i]! - track.measured[k]![places[i]!]!
      }
    }
    from += simulated.length
  }
  return residuals
}
