import { bestShift, FRAME_RATE_HZ, type ReplayResponse } from './best-shift.ts'
import { hold, type JointRig, moveTo, PERIOD_S, withJoint } from './joint-rig.ts'

export interface SineResponse {
  readonly frequencyHz: number
  /** Phase of the response behind the command, as a time. */
  readonly lagS: number
  /** Amplitude of the response over that of the command. */
  readonly gain: number
}

const REPLAY_S = 8
const REPLAY_SKIP_S = 1
const SETTLE_S = 0.4

/** One joint following a sine about the pose it stands in. */
export async function measureSine(
  rig: JointRig,
  pose: Float64Array,
  joint: number,
  frequencyHz: number,
  amplitudeRad: number,
): Promise<SineResponse> {
  const omega = 2 * Math.PI * frequencyHz
  const target = Float64Array.from(pose)
  const periods = frequencyHz < 0.5 ? 1 : 2
  const steps = Math.round(1 / frequencyHz / PERIOD_S)
  let inPhase = 0
  let behind = 0
  for (let step = 0; step < (1 + periods) * steps; step++) {
    const commandS = step * PERIOD_S
    target[joint] = pose[joint]! + amplitudeRad * Math.sin(omega * commandS)
    await rig.step(target)
    if (step < steps) continue
    const responseS = commandS + PERIOD_S
    const offset = rig.position[joint]! - pose[joint]!
    inPhase += (2 / (periods * steps)) * offset * Math.sin(omega * responseS)
    behind -= (2 / (periods * steps)) * offset * Math.cos(omega * responseS)
  }
  await hold(rig, pose, SETTLE_S)
  return {
    frequencyHz,
    lagS: Math.atan2(behind, inPhase) / omega,
    gain: Math.hypot(inPhase, behind) / amplitudeRad,
  }
}

/**
 * One joint following slow hand-like movement that is sent at 30 frames per second and held in between, as
 * teleoperation sends it; each frame reads the joint, then sends the next command.
 */
export async function measureReplay(
  rig: JointRig,
  pose: Float64Array,
  joint: number,
  amplitudeRad: number,
): Promise<ReplayResponse> {
  const actions: number[] = []
  const states: number[] = []
  const target = Float64Array.from(pose)
  for (let timeS = 0; timeS < REPLAY_S; timeS += PERIOD_S) {
    if (timeS * FRAME_RATE_HZ >= actions.length) {
      states.push(rig.position[joint]! - pose[joint]!)
      actions.push(amplitudeRad * handMovement(timeS))
      target[joint] = pose[joint]! + actions.at(-1)!
    }
    await rig.step(target)
  }
  await moveTo(rig, Float64Array.from(target), pose, SETTLE_S, SETTLE_S)
  return bestShift(actions, states, { fromS: REPLAY_SKIP_S, isCentred: true })
}

/** Sines of 0.25, 0.6 and 1.1 Hz, together within -1..1, 0 at the start. */
function handMovement(timeS: number): number {
  const turn = 2 * Math.PI * timeS
  return 0.6 * Math.sin(0.25 * turn) + 0.3 * Math.sin(0.6 * turn) + 0.1 * Math.sin(1.1 * turn)
}

export interface StepResponse {
  /** Until a tenth of the way is done, and from there to nine tenths [s]. */
  readonly delayS: number
  readonly riseS: number
  /** Until nine tenths of the way [s]. */
  readonly to90S: number
  /** Beyond the final value, as a share of the way. */
  readonly overshoot: number
}

const STEP_WATCH_S = 1.2

/** One joint's answer to a sudden command; the way is from where it stood to where it ends. */
export async function measureStep(
  rig: JointRig,
  pose: Float64Array,
  joint: number,
  toRad: number,
): Promise<StepResponse> {
  const target = withJoint(pose, joint, toRad)
  await hold(rig, pose, SETTLE_S)
  const path = [rig.position[joint]!]
  for (let t = 0; t < STEP_WATCH_S; t += PERIOD_S) {
    await rig.step(target)
    path.push(rig.position[joint]!)
  }
  await moveTo(rig, target, pose, SETTLE_S, SETTLE_S)
  const begin = path[0]!
  const way = path.at(-1)! - begin
  const shares = path.map((value) => (value - begin) / way)
  const delayS = crossingS(shares, 0.1)
  const to90S = crossingS(shares, 0.9)
  return { delayS, to90S, riseS: to90S - delayS, overshoot: Math.max(...shares) - 1 }
}

/** First time that a course sampled every period passes `level`. */
function crossingS(shares: readonly number[], level: number): number {
  const after = shares.findIndex((share) => share >= level)
  if (after <= 0) return Number.NaN
  const before = shares[after - 1]!
  return (after - 1 + (level - before) / (shares[after]! - before)) * PERIOD_S
}
