import type { ArmDynamics } from '../../robot/model/dynamics.ts'
import { GoalRamp } from '../world/goal-ramp.ts'
import type { ArmTrack } from './arm-track.ts'

/** Time step of the simulated arm [s]. */
const STEP_S = 0.002
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
 * @returns what its encoders would have measured at the track's times [cycles][numJoints of the model], [rad]
 */
export function resimulateTrack(
  track: ArmTrack,
  dynamics: ArmDynamics,
  places: readonly number[],
  { windowS, commandDelayS, zeroOffsetRad }: ResimulateOptions,
): Float64Array[] {
  const { timeS, measured, command } = track
  const ramp = new GoalRamp(dynamics.model)
  const target = new Float64Array(places.length)
  const start = new Float64Array(places.length)
  const zero = zeroOffsetRad ?? new Float64Array(places.length)
  const simulated: Float64Array[] = []
  let windowEndS = Number.NEGATIVE_INFINITY
  let nextCommand = 0
  for (let k = 0; k < timeS.length; k++) {
    const nowS = timeS[k]!
    if (nowS >= windowEndS) {
      pick(measured[k]!, places, zero, start)
      dynamics.reset(start)
      takeSpeed(track, k, places, dynamics.qd)
      dynamics.place()
      // Commands on their way arrive in the window.
      nextCommand = k
      while (nextCommand > 0 && timeS[nextCommand - 1]! + commandDelayS > nowS) nextCommand--
      pick(command[Math.max(0, nextCommand - 1)]!, places, zero, target)
      ramp.reset(target)
      windowEndS = nowS + windowS
    }
    simulated.push(dynamics.q.map((q, i) => q + zero[i]!))
    const untilS = timeS[k + 1] ?? nowS
    for (let t = nowS; t < untilS - STEP_S / 2; t += STEP_S) {
      while (nextCommand <= k && timeS[nextCommand]! + commandDelayS <= t) {
        pick(command[nextCommand++]!, places, zero, target)
      }
      ramp.advance(target, STEP_S)
      dynamics.target.set(ramp.goal)
      dynamics.step(STEP_S, true)
    }
  }
  return simulated
}

/** Places in the track of the model's joints; -1 where it has none. */
export function placesInTrack(track: ArmTrack, jointNames: readonly string[]): number[] {
  return jointNames.map((name) => track.jointNames.indexOf(name))
}

function pick(
  from: Float64Array,
  places: readonly number[],
  zero: Float64Array,
  out: Float64Array,
): void {
  for (let i = 0; i < places.length; i++) out[i] = from[places[i]!]! - zero[i]!
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
