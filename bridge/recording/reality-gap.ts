import type { ArmModel } from '../../robot/model/arm.ts'
import { ArmDynamics } from '../../robot/model/dynamics.ts'
import type { ArmTrack } from '../../sim/identify/arm-track.ts'
import { placesInTrack, resimulateTrack } from '../../sim/identify/resimulate-track.ts'

/** Shifts in time that are tried [s]. */
const MAX_SHIFT_S = 0.3
const SHIFT_STEP_S = 0.005

export interface GapOptions {
  /** The simulated arm is put where the measured one is as often [s]. */
  readonly windowS: number
  /** From a command's sending to its effect [s]. */
  readonly commandDelayS: number
}

/** Simulated minus measured position of one joint. */
export interface JointGap {
  readonly joint: string
  /** Root of the mean square [rad]. */
  readonly rmsRad: number
  /** Mean: sag, or an offset of the zero [rad]. */
  readonly biasRad: number
  /** How much later the arm moves than the simulation; what fits best [s]. */
  readonly lagS: number
  /** What is left at that lag, without the mean [rad]. */
  readonly residualRad: number
  /** Root of the mean square of command minus measurement, for comparison [rad]. */
  readonly trackingRad: number
}

export interface RealityGap {
  readonly joints: readonly JointGap[]
  readonly cycles: number
  readonly seconds: number
  /** Simulated positions at the track's times [cycles][numJoints of the model], [rad]. */
  readonly simulated: readonly Float64Array[]
}

/**
 * Sends the recorded commands to the arm as training knows it and compares: the gap between the model and the
 * arm, objects in the way included.
 *
 * @param model - its joints are looked up in the track by name
 */
export function measureGap(track: ArmTrack, model: ArmModel, options: GapOptions): RealityGap {
  const places = placesInTrack(track, model.jointNames)
  const simulated = resimulateTrack(track, new ArmDynamics(model), places, options)
  const count = track.timeS.length
  const joints = model.jointNames.map((joint, i) => {
    const place = places[i]!
    const own = Float64Array.from(simulated, (q) => q[i]!)
    const theirs = Float64Array.from(track.measured, (q) => q[place]!)
    const told = Float64Array.from(track.command, (q) => q[place]!)
    const { lagS, residualRad } = bestShift(track.timeS, own, theirs)
    return {
      joint,
      rmsRad: rootMeanSquare(own, theirs),
      biasRad: meanDifference(own, theirs),
      lagS,
      residualRad,
      trackingRad: rootMeanSquare(told, theirs),
    }
  })
  return { joints, cycles: count, seconds: track.timeS.at(-1) ?? 0, simulated }
}

/** The shift in time of `own` at which it is nearest to `theirs`, their means apart. */
function bestShift(timeS: Float64Array, own: Float64Array, theirs: Float64Array) {
  let best = { lagS: 0, residualRad: Number.POSITIVE_INFINITY }
  for (let lagS = -MAX_SHIFT_S; lagS <= MAX_SHIFT_S + 1e-9; lagS += SHIFT_STEP_S) {
    const residualRad = spread(timeS, own, theirs, lagS)
    if (residualRad < best.residualRad) best = { lagS, residualRad }
  }
  return best
}

/** Standard deviation of `own`, taken `lagS` earlier, minus `theirs`. */
function spread(
  timeS: Float64Array,
  own: Float64Array,
  theirs: Float64Array,
  lagS: number,
): number {
  let sum = 0
  let square = 0
  let count = 0
  let j = 0
  for (let k = 0; k < timeS.length; k++) {
    const at = timeS[k]! - lagS
    while (j + 1 < timeS.length - 1 && timeS[j + 1]! < at) j++
    while (j > 0 && timeS[j]! > at) j--
    const span = timeS[j + 1]! - timeS[j]!
    const share = (at - timeS[j]!) / span
    if (!(share >= 0 && share <= 1)) continue
    const difference = own[j]! + share * (own[j + 1]! - own[j]!) - theirs[k]!
    sum += difference
    square += difference * difference
    count++
  }
  return count === 0 ? Number.POSITIVE_INFINITY : Math.sqrt(square / count - (sum / count) ** 2)
}

function meanDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value - b[k]!, 0) / a.length
}

function rootMeanSquare(a: Float64Array, b: Float64Array): number {
  return Math.sqrt(a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0) / a.length)
}
