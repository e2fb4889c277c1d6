import { describe, expect, it } from 'vitest'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmDynamics } from '../../../robot/model/dynamics.ts'
import type { ArmTrack } from '../../../sim/identify/arm-track.ts'
import { placesInTrack, resimulateTrack } from '../../../sim/identify/resimulate-track.ts'
import { so101 } from '../push-setup.ts'

/** Servos that follow every goal at once. */
const model = compileArm({
  ...so101,
  joints: so101.joints.map((joint) => {
    const { maxAccelerationRadPerS2: _, ...actuator } = joint.actuator
    return { ...joint, actuator: { ...actuator, maxSpeedRadPerS: 1000 } }
  }),
})
const RAD_PER_S = 4
const RATE_HZ = 100

interface Told {
  readonly delayS?: number
  /** Measured so much before the command of the same cycle [s]. */
  readonly leadS?: number
  /** Of the cycles. */
  readonly periodsS?: readonly number[]
}

/** Angles of the first joint, which swings freely about a vertical axis, while it is told a sine [rad]. */
function simulate({ delayS = 0.01, leadS = 0, periodsS = [1 / RATE_HZ] }: Told) {
  const timeS: number[] = []
  for (let t = 0, k = 0; t < 6; t += periodsS[k++ % periodsS.length]!) timeS.push(t)
  const rest = model.restPose
  const command = timeS.map((t) => rest.map((q, i) => (i === 0 ? q + wave(t) : q)))
  const track: ArmTrack = {
    ...{ jointNames: model.jointNames, beganS: 0, command },
    timeS: Float64Array.from(timeS),
    measuredS: Float64Array.from(timeS, (t) => t - leadS),
    measured: timeS.map(() => rest),
  }
  const dynamics = new ArmDynamics(model)
  dynamics.parameters.backlash.fill(0)
  dynamics.parameters.coulomb.fill(0)
  const places = placesInTrack(track, model.jointNames)
  const simulated = resimulateTrack(track, dynamics, places, { windowS: 9, commandDelayS: delayS })
  return { timeS, angle: simulated.map((q) => q[0]! - rest[0]!) }
}

const wave = (timeS: number): number => 0.2 * Math.sin(RAD_PER_S * timeS)

/** By how much the simulated arm lags behind the sine that it is told [s], once it has settled. */
function lagOf(told: Told): number {
  const { angle, timeS } = simulate(told)
  // Least squares of a sine and a cosine.
  let [ss, sc, cc, sy, cy] = [0, 0, 0, 0, 0]
  for (const [k, t] of timeS.entries()) {
    if (t < 2) continue
    const s = Math.sin(RAD_PER_S * t)
    const c = Math.cos(RAD_PER_S * t)
    ss += s * s
    sc += s * c
    cc += c * c
    sy += s * angle[k]!
    cy += c * angle[k]!
  }
  return Math.atan2(sc * sy - ss * cy, cc * sy - sc * cy) / RAD_PER_S
}

describe('a track simulated again', () => {
  it('lags by its delay to 0.1 ms, whole steps or not', () => {
    const lag = lagOf({ delayS: 0 })
    for (const delayS of [0.0005, 0.0013, 0.003, 0.0107]) {
      expect(Math.abs(lagOf({ delayS }) - lag - delayS)).toBeLessThan(1e-4)
    }
  })

  it('is what was measured when it was measured, not when the command went out', () => {
    // The same arm, looked at 3 ms earlier in each cycle.
    expect(Math.abs(lagOf({ leadS: 0.003 }) - lagOf({}) - 0.003)).toBeLessThan(1e-4)
  })

  it('runs as long as the track does, at periods that are no whole steps', () => {
    // Commands are held: 30 Hz lags by half the difference of the periods more than 100 Hz.
    const more = (1 / 30 - 1 / RATE_HZ) / 2
    expect(Math.abs(lagOf({ periodsS: [1 / 30] }) - lagOf({}) - more)).toBeLessThan(2e-4)
    const uneven = [0.0107, 0.0093, 0.0119, 0.0081]
    expect(Math.abs(lagOf({ periodsS: uneven }) - lagOf({}))).toBeLessThan(3e-4)
  })

  it('goes on after a pause as if there had been none', () => {
    // With limits of speed and acceleration goals lag behind commands, which a pause hides.
    const limited = compileArm(so101)
    const timeS = Float64Array.from({ length: 800 }, (_, k) => k / RATE_HZ)
    const rest = limited.restPose
    const command = Array.from(timeS, (t) => rest.map((q, i) => (i === 0 ? q + 3 * wave(t) : q)))
    const told = { jointNames: limited.jointNames, beganS: 0, timeS, command }
    const options = { windowS: 9, commandDelayS: 0.01 }
    const places = placesInTrack(told as unknown as ArmTrack, limited.jointNames)
    const again = (track: ArmTrack) =>
      resimulateTrack(track, new ArmDynamics(limited), places, options)
    const measured = again({ ...told, measured: command })
    const isKept = (k: number) => k < 300 || k >= 440
    const cut = {
      ...told,
      timeS: timeS.filter((_, k) => isKept(k)),
      command: command.filter((_, k) => isKept(k)),
      measured: measured.filter((_, k) => isKept(k)),
    }
    const errors = again(cut).map((q, k) => Math.abs(q[0]! - cut.measured[k]![0]!))
    expect(Math.max(...errors.slice(300))).toBeLessThan(0.002)
  })
})
