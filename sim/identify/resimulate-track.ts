import type { ArmDynamics } from '../../robot/model/dynamics.ts'
import type { ArmTrack } from './arm-track.ts'
import { DelayedGoals } from './delayed-goals.ts'

/** Time step of the simulated arm, about [s]. */
const STEP_S = 0.002
/** After a longer pause nobody knows what the arm was told [s]. */
const GAP_S = 0.25
/** At the beginning, and after such a pause, it takes the servos' goals as long to be where they truly were [s]. */
const SETTLE_S = 0.25
/** Cycles to either side of one from which its speed is taken. */
const SPEED_CYCLES = 2

export interface ResimulateOptions {
  /** The simulated arm is put where the measured one is as often [s]. */
  readonly windowS: number
  /** From a command's sending to its effect [s]. */
  readonly commandDelayS: number
  /** Measured minus true joint angles [numJoints of the model], [rad]; default none. */
  readonly zeroOffsetRad?: Float64Array | undefined
}

/**
 * Sends the recorded commands to a simulated arm.
 *
 * @param dynamics - with the physics to be tried; its state is lost
 * @param places - of its joints in the track
 * @returns what its encoders would have measured when the track's did, and, while its goals are not known yet, what
 *   those did [cycles][numJoints of the model], [rad]
 */
export function resimulateTrack(
  track: ArmTrack,
  dynamics: ArmDynamics,
  places: readonly number[],
  { windowS, commandDelayS, zeroOffsetRad }: ResimulateOptions,
): Float64Array[] {
  const { measured, timeS, measuredS = timeS } = track
  const zero = zeroOffsetRad ?? new Float64Array(places.length)
  const options = { places, commandDelayS, zeroOffsetRad: zero }
  const goals = new DelayedGoals(track, dynamics.model, options)
  const start = new Float64Array(places.length)
  const simulated: Float64Array[] = []
  let windowEndS = Number.NEGATIVE_INFINITY
  let settledS = Number.NEGATIVE_INFINITY
  for (let k = 0; k < measuredS.length; k++) {
    const nowS = measuredS[k]!
    const beforeS = measuredS[k - 1] ?? Number.NEGATIVE_INFINITY
    if (nowS - beforeS > GAP_S) {
      goals.restart(k, nowS)
      settledS = nowS + SETTLE_S
    }
    if (nowS < settledS || nowS >= windowEndS) {
      for (let i = 0; i < places.length; i++) start[i] = measured[k]![places[i]!]! - zero[i]!
      dynamics.reset(start)
      takeSpeed(track, k, places, dynamics.qd)
      dynamics.place()
      goals.advance(nowS, dynamics.target)
      windowEndS = nowS + windowS
    } else if (nowS > beforeS) {
      const steps = Math.max(1, Math.round((nowS - beforeS) / STEP_S))
      const stepS = (nowS - beforeS) / steps
      for (let step = 0; step < steps; step++) {
        // An implicit step takes its goal from its end: the mean about that, so that no command comes early or late.
        goals.advance(beforeS + (step + 1.5) * stepS, dynamics.target)
        dynamics.step(stepS, true)
      }
    }
    simulated.push(dynamics.q.map((q, i) => q + zero[i]!))
  }
  return simulated
}

/** Places in the track of the model's joints; -1 where it has none. */
export function placesInTrack(track: ArmTrack, jointNames: readonly string[]): number[] {
  return jointNames.map((name) => track.jointNames.indexOf(name))
}

/** How fast the arm moved in cycle `k`, by the cycles about it [rad/s]. */
function takeSpeed(
  { timeS, measured, measuredS = timeS }: ArmTrack,
  k: number,
  places: readonly number[],
  out: Float64Array,
): void {
  const before = Math.max(0, k - SPEED_CYCLES)
  const after = Math.min(timeS.length - 1, k + SPEED_CYCLES)
  const spanS = measuredS[after]! - measuredS[before]!
  for (let i = 0; i < places.length; i++) {
    const change = measured[after]![places[i]!]! - measured[before]![places[i]!]!
    out[i] = spanS > 0 ? change / spanS : 0
  }
}
