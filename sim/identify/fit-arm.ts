import type { Interval } from '../../robot/identification/servo-intervals.ts'
import { valueAt } from '../../robot/identification/servo-prior.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { choleskySolve } from '../../robot/model/cholesky.ts'
import {
  type ArmProblem,
  armResiduals,
  armUnknowns,
  type JointParameterName,
} from './arm-problem.ts'
import { type ArmTrack, cutTrack } from './arm-track.ts'

/** What a fit found out about an arm, each with the interval that it lies in with 95 %. */
export interface ArmFit {
  readonly joints: Readonly<Record<string, Readonly<Record<JointParameterName, Interval>>>>
  readonly commandDelayS: Interval
  /** Root of the mean square of simulated minus measured angles, by joint [rad]: as described, and as fitted. */
  readonly nominalRmsRad: Readonly<Record<string, number>>
  readonly rmsRad: Readonly<Record<string, number>>
}

export interface FitArmOptions {
  readonly maxIterations: number
  /** Awaited before each iteration with its number and the cost so far; may throw to end the fit. */
  readonly onIteration?: ((iteration: number, cost: number) => Promise<void>) | undefined
}

/** Errors last: a second of a joint's measurements is worth so many independent ones. */
const SAMPLES_PER_S = 2
/** No error counts as smaller: an encoder's step [rad]. */
const FLOOR_RAD = 5e-4
/** Step of the finite differences, in standard deviations of a prior: wide, as sticking makes the valley rough. */
const DIFFERENCE = 0.15
const FIRST_DAMPING = 0.1
const MOST_TRIES = 6
/** Ends when an iteration gains less. */
const LEAST_GAIN = 0.05
/** Slopes are held of one part of a track at a time, by every unknown, joint and cycle: 50 MB of six joints [s]. */
const PART_S = 300
/** Standard deviations of a 95 % interval. */
const NORMAL_95 = 1.96
/** The same, the model erring as much as the measurements. */
const WIDTH = NORMAL_95 * Math.SQRT2
/** Of the 95 % interval of a prior, from end to end [its standard deviations]. */
export const PRIOR_WIDTH = 2 * NORMAL_95

/**
 * The servos' constants, zero offsets and the command delay that recordings and the arm's file together make most
 * likely: damped Gauss-Newton on open-loop simulations, each joint's errors weighed by how far they scatter. The
 * intervals are those of the linear problem at the end.
 */
export async function fitArm(
  tracks: readonly ArmTrack[],
  model: ArmModel,
  { maxIterations, onIteration }: FitArmOptions,
): Promise<ArmFit> {
  const problem: ArmProblem = {
    tracks: tracks.flatMap((track) => cutTrack(track, PART_S)),
    model,
    unknowns: armUnknowns(model),
  }
  const seconds = tracks.reduce((sum, { timeS }) => sum + timeS.at(-1)!, 0)
  const worth = SAMPLES_PER_S * seconds
  let at = nominalDeviations(problem)
  let residuals = armResiduals(problem, at)
  const nominalRms = residuals.map(rootMeanSquare)
  let cost = costOf(residuals, at, worth)
  let damping = FIRST_DAMPING
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    await onIteration?.(iteration, cost)
    const before = cost
    const normal = linearise(problem, at, residuals, worth)
    for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
      const next = stepFrom(at, normal, damping, problem)
      const found = armResiduals(problem, next)
      const nextCost = costOf(found, next, worth)
      if (nextCost < cost) {
        at = next
        residuals = found
        cost = nextCost
        damping /= 5
        break
      }
      damping *= 5
    }
    if (before - cost < LEAST_GAIN) break
  }
  const normal = linearise(problem, at, residuals, worth, true)
  return describe(problem, at, normal, nominalRms, residuals.map(rootMeanSquare))
}

interface Normal {
  /** Half the cost's second derivatives [n, n], and its gradient [n]. */
  readonly matrix: Float64Array
  readonly gradient: Float64Array
}

/** Where everything is as the arm's file has it: load friction nearly nothing. */
function nominalDeviations({ unknowns }: ArmProblem): Float64Array {
  return Float64Array.from(unknowns, ({ name }) => (name === 'loadFriction' ? -1 : 0))
}

/** The posterior's negative logarithm: each joint's errors are normal with an unknown scale. */
function costOf(residuals: readonly Float64Array[], at: Float64Array, worth: number): number {
  let cost = 0
  for (const each of residuals)
    cost += worth * Math.log(Math.hypot(rootMeanSquare(each), FLOOR_RAD))
  for (const x of at) cost += (x * x) / 2
  return cost
}

function linearise(
  problem: ArmProblem,
  at: Float64Array,
  residuals: readonly Float64Array[],
  worth: number,
  isCentral = false,
): Normal {
  const n = at.length
  const weights = residuals.map(
    (each) => worth / (each.length * (rootMeanSquare(each) ** 2 + FLOOR_RAD ** 2)),
  )
  const matrix = new Float64Array(n * n)
  const gradient = at.slice()
  for (let a = 0; a < n; a++) matrix[a * n + a] = 1
  const dot = (a: readonly Float64Array[], b: readonly Float64Array[]) =>
    a.reduce((sum, each, j) => {
      let joint = 0
      for (let k = 0; k < each.length; k++) joint += each[k]! * b[j]![k]!
      return sum + weights[j]! * joint
    }, 0)
  let from = 0
  for (const track of problem.tracks) {
    const end = from + track.timeS.length
    const own = residuals.map((each) => each.subarray(from, end))
    const slopes = slopesOf({ ...problem, tracks: [track] }, at, own, isCentral)
    from = end
    for (let a = 0; a < n; a++) {
      gradient[a] = gradient[a]! + dot(slopes[a]!, own)
      for (let b = 0; b <= a; b++) {
        const entry = matrix[a * n + b]! + dot(slopes[a]!, slopes[b]!)
        matrix[a * n + b] = entry
        matrix[b * n + a] = entry
      }
    }
  }
  return { matrix, gradient }
}

/**
 * By how much the residuals change with each unknown [unknowns][numJoints][cycles].
 *
 * @param isCentral - by differences to both sides, where nothing is in the way
 */
function slopesOf(
  problem: ArmProblem,
  at: Float64Array,
  residuals: readonly Float64Array[],
  isCentral: boolean,
): Float64Array[][] {
  const moved = (i: number, to: number) => {
    const aside = at.slice()
    aside[i] = to
    return armResiduals(problem, aside)
  }
  return problem.unknowns.map(({ least }, i) => {
    const x = at[i]!
    const low = isCentral || x > 0 ? Math.max(least, x - DIFFERENCE) : x
    const high = isCentral || x <= 0 || low === x ? x + DIFFERENCE : x
    const below = low === x ? residuals : moved(i, low)
    const above = high === x ? residuals : moved(i, high)
    return above.map((each, j) => each.map((r, k) => (r - below[j]![k]!) / (high - low)))
  })
}

/** A damped step downhill; what is at its least and would go below stays there. */
function stepFrom(
  at: Float64Array,
  { matrix, gradient }: Normal,
  damping: number,
  { unknowns }: ArmProblem,
): Float64Array {
  const n = at.length
  const damped = matrix.slice()
  const step = gradient.slice()
  for (let i = 0; i < n; i++) {
    damped[i * n + i] = damped[i * n + i]! * (1 + damping)
    if (at[i]! > unknowns[i]!.least || gradient[i]! < 0) continue
    step[i] = 0
    for (let j = 0; j < n; j++) {
      if (j === i) continue
      damped[i * n + j] = 0
      damped[j * n + i] = 0
    }
  }
  choleskySolve(damped, new Float64Array(n * n), step, n)
  return at.map((x, i) => Math.max(unknowns[i]!.least, x - step[i]!))
}

function describe(
  { model, unknowns }: ArmProblem,
  at: Float64Array,
  { matrix }: Normal,
  nominalRms: readonly number[],
  rms: readonly number[],
): ArmFit {
  const n = at.length
  const intervals = unknowns.map(({ least, prior }, i): Interval => {
    const column = new Float64Array(n)
    column[i] = 1
    choleskySolve(matrix.slice(), new Float64Array(n * n), column, n)
    // Recordings take nothing away from what was known before.
    const half = Math.min(WIDTH * Math.sqrt(column[i]!), PRIOR_WIDTH / 2)
    return {
      value: valueAt(prior, at[i]!),
      low: valueAt(prior, Math.max(least, at[i]! - half)),
      high: valueAt(prior, at[i]! + half),
    }
  })
  const joints = model.jointNames.map((name, joint) => {
    const own = unknowns.flatMap((unknown, i) =>
      unknown.joint === joint ? [[unknown.name, intervals[i]!] as const] : [],
    )
    return [name, Object.fromEntries(own) as Record<JointParameterName, Interval>]
  })
  const byJoint = (values: readonly number[]) =>
    Object.fromEntries(model.jointNames.map((name, i) => [name, values[i]!]))
  return {
    joints: Object.fromEntries(joints),
    commandDelayS: intervals.at(-1)!,
    nominalRmsRad: byJoint(nominalRms),
    rmsRad: byJoint(rms),
  }
}

function rootMeanSquare(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value * value
  return Math.sqrt(sum / values.length)
}
