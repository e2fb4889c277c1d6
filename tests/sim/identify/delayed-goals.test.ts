import { describe, expect, it } from 'vitest'
import type { ArmModel } from '../../../robot/model/arm.ts'
import type { ArmTrack } from '../../../sim/identify/arm-track.ts'
import { DelayedGoals } from '../../../sim/identify/delayed-goals.ts'

/** One joint whose goal is where it is told to be within a microsecond. */
const model = {
  numJoints: 1,
  maxSpeedRadPerS: Float64Array.of(1e6),
  maxAccelerationRadPerS2: Float64Array.of(Number.POSITIVE_INFINITY),
} as ArmModel

/** Told at its times to be at 0, 1, 2, … rad. */
function goalsOf(timeS: readonly number[], commandDelayS: number): DelayedGoals {
  const rows = timeS.map((_, k) => Float64Array.of(k))
  const track: ArmTrack = {
    ...{ jointNames: ['a'], beganS: 0, measured: rows, command: rows },
    timeS: Float64Array.from(timeS),
  }
  const zeroOffsetRad = new Float64Array(1)
  return new DelayedGoals(track, model, { places: [0], commandDelayS, zeroOffsetRad })
}

/** Means of the goal over steps of 2 ms from the first command on [rad]. */
function meansOf(goals: DelayedGoals, steps: number): number[] {
  const out = new Float64Array(1)
  goals.restart(0, 0)
  return Array.from({ length: steps }, (_, k) => {
    goals.advance(0.002 * (k + 1), out)
    return out[0]!
  })
}

describe('the goals of servos that commands reach late', () => {
  it.each([
    // Told at 10 ms to go to 1 rad: of the step in which that acts, the share that is left counts.
    [0, [0, 0, 0, 0, 0, 1, 1, 1]],
    [0.0005, [0, 0, 0, 0, 0, 0.75, 1, 1]],
    [0.0016, [0, 0, 0, 0, 0, 0.2, 1, 1]],
    [0.0025, [0, 0, 0, 0, 0, 0, 0.75, 1]],
  ])('change at the very instant, %f s after the sending', (delayS, expected) => {
    for (const [k, mean] of meansOf(goalsOf([0, 0.01], delayS), 8).entries()) {
      expect(mean).toBeCloseTo(expected[k]!, 3)
    }
  })

  it('follow the later of two commands sent at once', () => {
    expect(meansOf(goalsOf([0, 0.002, 0.002, 0.1], 0.002), 4)[3]).toBeCloseTo(2, 3)
  })
})
