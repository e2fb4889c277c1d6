import { describe, expect, it } from 'vitest'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { GoalRamp } from '../../../sim/world/goal-ramp.ts'

const STEP_S = 1e-4

function rampOf(maxSpeed: number, maxAcceleration: number): GoalRamp {
  return new GoalRamp({
    numJoints: 1,
    maxSpeedRadPerS: Float64Array.of(maxSpeed),
    maxAccelerationRadPerS2: Float64Array.of(maxAcceleration),
  } as ArmModel)
}

/** Time until the goal is within 1 % of a step from rest [s], and its top speed on the way [rad/s]. */
function stepOf(ramp: GoalRamp, size: number) {
  const target = Float64Array.of(size)
  let topSpeed = 0
  for (let k = 1; k * STEP_S < 5; k++) {
    const before = ramp.goal[0]!
    ramp.advance(target, STEP_S)
    topSpeed = Math.max(topSpeed, (ramp.goal[0]! - before) / STEP_S)
    expect(ramp.goal[0]!).toBeLessThanOrEqual(size)
    if (ramp.goal[0] === size) return { timeS: k * STEP_S, topSpeed }
  }
  throw new Error('never arrived')
}

describe('the ramp of a servo goal', () => {
  // Rest to rest: 2 √(d/a), top speed √(d a).
  it('takes a short step as a triangle of speed', () => {
    const { timeS, topSpeed } = stepOf(rampOf(5.2, 39), 0.5)
    expect(timeS).toBeCloseTo(2 * Math.sqrt(0.5 / 39), 2)
    expect(topSpeed).toBeCloseTo(Math.sqrt(0.5 * 39), 1)
  })

  // d / v + v / a.
  it('takes a long step as a trapezoid', () => {
    const { timeS, topSpeed } = stepOf(rampOf(2, 39), 1)
    expect(timeS).toBeCloseTo(1 / 2 + 2 / 39, 2)
    expect(topSpeed).toBeCloseTo(2, 6)
  })

  // Braking distance from speed v: v² / (2 a).
  it('trails a steady motion by its braking distance', () => {
    const ramp = rampOf(5.2, 39)
    const target = new Float64Array(1)
    for (let k = 1; k * STEP_S < 1; k++) {
      target[0] = 1.5 * k * STEP_S
      ramp.advance(target, STEP_S)
    }
    expect(target[0]! - ramp.goal[0]!).toBeCloseTo(1.5 ** 2 / 78, 3)
  })

  it('is a limit of speed alone where the acceleration is unlimited', () => {
    const ramp = rampOf(0.5, Number.POSITIVE_INFINITY)
    ramp.advance(Float64Array.of(1), 0.01)
    expect(ramp.goal[0]).toBeCloseTo(0.005, 12)
    ramp.advance(Float64Array.of(0.005), 0.01)
    expect(ramp.goal[0]).toBe(0.005)
    ramp.advance(Float64Array.of(-1), 0.01)
    expect(ramp.goal[0]).toBeCloseTo(0, 12)
  })

  it('stands still in no time', () => {
    const ramp = rampOf(0.5, Number.POSITIVE_INFINITY)
    ramp.reset(Float64Array.of(0.3))
    ramp.advance(Float64Array.of(1), 0)
    expect(ramp.goal[0]).toBe(0.3)
  })
})
