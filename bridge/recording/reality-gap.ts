import type { ArmModel } from '../../robot/model/arm.ts'
import { ArmDynamics } from '../../robot/model/dynamics.ts'
import { GoalRamp } from '../../sim/world/goal-ramp.ts'
import type { ArmTrack } from './arm-track.ts'

/** Time step of the simulated arm [s]. */
const STEP_S = 0.002
/** Shifts in time that are tried [s]. */
const MAX_SHIFT_S = 0.3
const SHIFT_STEP_S = 0.005
/** Cycles to either side of one from which its speed is taken. */
const SPEED_CYCLES = 2

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
  const places = model.jointNames.map((name) => track.jointNames.indexOf(name))
  const simulated = resimulate(track, model, places, options)
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

function resimulate(
  track: ArmTrack,
  model: ArmModel,
  places: readonly number[],
  { windowS, commandDelayS }: GapOptions,
): Float64Array[] {
  const { timeS, measured, command } = track
  const dynamics = new ArmDynamics(model)
  const ramp = new GoalRamp(model)
  const target = new Float64Array(model.numJoints)
  const simulated: Float64Array[] = []
  let windowEndS = Number.NEGATIVE_INFINITY
  let nextCommand = 0
  for (let k = 0; k < timeS.length; k++) {
    const nowS = timeS[k]!
    if (nowS >= windowEndS) {
      pick(measured[k]!, places, dynamics.q)
      pick(command[Math.max(0, k - 1)]!, places, target)
      dynamics.reset(dynamics.q.slice())
      takeSpeed(track, k, places, dynamics.qd)
      dynamics.place()
      ramp.reset(target)
      windowEndS = nowS + windowS
      nextCommand = k
    }
    simulated.push(dynamics.q.slice())
    const untilS = timeS[k + 1] ?? nowS
    for (let t = nowS; t < untilS - STEP_S / 2; t += STEP_S) {
      while (nextCommand <= k && timeS[nextCommand]! + commandDelayS <= t) {
        pick(command[nextCommand++]!, places, target)
      }
      ramp.advance(target, STEP_S)
      dynamics.target.set(ramp.goal)
      dynamics.step(STEP_S, true)
    }
  }
  return simulated
}

function pick(from: Float64Array, places: readonly number[], out: Float64Array): void {
  for (let i = 0; i < places.length; i++) out[i] = from[places[i]!]!
}

/** How fast the arm moved in cycle `k`, by the cycles about it [rad/s]. */
function takeSpeed(
  { timeS, measured }: ArmTrack,
  k: number,
  places: readonly number[],
  out: Float64Array,
): void {
  const before = Math.max(0, k - SPEED_CYCLES)
  const after = Math.min(timeS.length - 1, k + SPEED_CYCLES)
  const spanS = timeS[after]! - timeS[before]!
  for (let i = 0; i < places.length; i++) {
    const change = measured[after]![places[i]!]! - measured[before]![places[i]!]!
    out[i] = spanS > 0 ? change / spanS : 0
  }
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
