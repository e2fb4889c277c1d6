import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../../robot/model/random.ts'
import { createJointAccelerationRule } from '../../../robot/safety/joint-acceleration.ts'
import { createJointJerkRule } from '../../../robot/safety/joint-jerk.ts'
import { createJointLimitsRule } from '../../../robot/safety/joint-limits.ts'
import { createJointSpeedRule } from '../../../robot/safety/joint-speed.ts'
import { createLostSensorRule } from '../../../robot/safety/lost-measurement.ts'
import { createNotANumberRule } from '../../../robot/safety/not-a-number.ts'
import { SafetyFilter } from '../../../robot/safety/safety-filter.ts'
import type { SafetyContext } from '../../../robot/safety/safety-rule.ts'
import { createTorqueLimitRule } from '../../../robot/safety/torque-limit.ts'
import { createTrackingErrorRule } from '../../../robot/safety/tracking-error.ts'
import { safetyContext } from './safety-context.ts'

const context = (changes: Partial<SafetyContext> = {}) => safetyContext(2, changes)

describe('safety rules', () => {
  it('replace a command that is not a number by the previous one and stop', () => {
    const command = Float64Array.of(Number.NaN, 0.3)
    const verdict = createNotANumberRule().apply(
      command,
      context({ previousCommand: Float64Array.of(0.1, 0.2) }),
    )
    expect(verdict).toBe('stop')
    expect([...command]).toEqual([0.1, 0.2])
  })

  it('let a joint that was found outside its limits stay or come back, not go farther', () => {
    const rule = createJointLimitsRule([-0.9, -0.9, -0.9], [0.9, 0.9, 0.9])
    const command = Float64Array.of(1.1, 0.95, -1.2)
    const context = safetyContext(3, { previousCommand: Float64Array.of(1, 1, -1) })
    expect(rule.apply(command, context)).toBe('limited')
    expect([...command]).toEqual([1, 0.95, -1])
  })

  it('keep joints inside their limits', () => {
    const rule = createJointLimitsRule([-0.9, -0.9], [0.9, 0.9])
    const inside = Float64Array.of(0.8, -0.8)
    expect(rule.apply(inside, context())).toBe('pass')
    expect([...inside]).toEqual([0.8, -0.8])
    const above = Float64Array.of(2, -0.5)
    expect(rule.apply(above, context())).toBe('limited')
    expect([...above]).toEqual([0.9, -0.5])
    const below = Float64Array.of(0.5, -2)
    expect(rule.apply(below, context())).toBe('limited')
    expect([...below]).toEqual([0.5, -0.9])
  })

  it('let a joint move at most speed times time', () => {
    // 2 rad/s for 10 ms is 0.02 rad.
    const command = Float64Array.of(1, -0.01)
    expect(createJointSpeedRule([2, 2]).apply(command, context())).toBe('limited')
    expect(command[0]).toBeCloseTo(0.02, 12)
    expect(command[1]).toBe(-0.01)
  })

  it('limit how fast the speed grows, and never hinder slowing down', () => {
    const rule = createJointAccelerationRule([10, 10])
    // From rest, 10 rad/s² for 10 ms allows 0.1 rad/s: 0.001 rad.
    const growing = Float64Array.of(0.02, 0)
    expect(rule.apply(growing, context())).toBe('limited')
    expect(growing[0]).toBeCloseTo(0.001, 12)
    const stopping = Float64Array.of(0, 0)
    const moving = context({ previousVelocity: Float64Array.of(3, 0) })
    expect(rule.apply(stopping, moving)).toBe('pass')
  })

  it('let a joint turn back from rest, not past where it was', () => {
    // 10 rad/s² for 10 ms allows 0.1 rad/s backwards, whatever the speed forwards was.
    const rule = createJointAccelerationRule([10, 10])
    const back = Float64Array.of(-0.05, 0)
    const moving = context({ previousVelocity: Float64Array.of(3, 0) })
    expect(rule.apply(back, moving)).toBe('limited')
    expect(back[0]).toBeCloseTo(-0.001, 12)
  })

  it('limit how fast the acceleration grows, and never hinder slowing down', () => {
    const rule = createJointJerkRule([1000, 1000])
    // From rest, 1000 rad/s³ for 10 ms allows 10 rad/s², and so 0.1 rad/s: 0.001 rad.
    const growing = Float64Array.of(0.02, 0)
    expect(rule.apply(growing, context())).toBe('limited')
    expect(growing[0]).toBeCloseTo(0.001, 12)
    // At 1 rad/s and 10 rad/s² already: 20 rad/s² for 10 ms make 1.2 rad/s.
    const faster = Float64Array.of(0.05, 0)
    const moving = context({
      previousVelocity: Float64Array.of(1, 0),
      previousAcceleration: Float64Array.of(10, 0),
    })
    expect(rule.apply(faster, moving)).toBe('limited')
    expect(faster[0]).toBeCloseTo(0.012, 12)
    expect(rule.apply(Float64Array.of(0, 0), moving)).toBe('pass')
    expect(rule.apply(Float64Array.of(0.0119, 0), moving)).toBe('pass')
  })

  it('ask a servo for no more torque than it may give', () => {
    // 3 Nm at 10 Nm/rad: the spring is stretched by 0.3 rad; the second joint has no limit.
    const rule = createTorqueLimitRule([0.3, Number.POSITIVE_INFINITY])
    const measuredQ = Float64Array.of(0.5, 0)
    const command = Float64Array.of(1, 3)
    expect(rule.apply(command, context({ measuredQ }))).toBe('limited')
    expect([...command]).toEqual([0.8, 3])
    const back = Float64Array.of(0, 3)
    expect(rule.apply(back, context({ measuredQ }))).toBe('limited')
    expect(back[0]).toBeCloseTo(0.2, 12)
    expect(rule.apply(Float64Array.of(0.79, 0), context({ measuredQ }))).toBe('pass')
  })

  it('yield when a joint stays away from its command for the set time, not before', () => {
    const rule = createTrackingErrorRule([0.5, 0.5], 0.3)
    const far = { previousCommand: Float64Array.of(0.6, 0) }
    expect(rule.apply(Float64Array.of(0.6, 0), context({ timeS: 1, ...far }))).toBe('pass')
    expect(rule.apply(Float64Array.of(0.6, 0), context({ timeS: 1.25, ...far }))).toBe('pass')
    expect(rule.apply(Float64Array.of(0.7, 0), context({ timeS: 1.31, ...far }))).toBe('yield')
  })

  it('forget a tracking error that ended in between', () => {
    const rule = createTrackingErrorRule([0.5, 0.5], 0.3)
    const far = { previousCommand: Float64Array.of(0.6, 0) }
    rule.apply(Float64Array.of(0.6, 0), context({ timeS: 1, ...far }))
    rule.apply(Float64Array.of(0, 0), context({ timeS: 1.2 }))
    expect(rule.apply(Float64Array.of(0.6, 0), context({ timeS: 1.4, ...far }))).toBe('pass')
  })

  it('hold when the object sensor is old, stop when it stays away', () => {
    const rule = createLostSensorRule(1, 2)
    expect(rule.apply(Float64Array.of(1, 1), context({ sensorAgeS: 0.9 }))).toBe('pass')
    const command = Float64Array.of(1, 1)
    expect(rule.apply(command, context({ sensorAgeS: 1.1 }))).toBe('hold')
    expect([...command]).toEqual([0, 0])
    expect(rule.apply(Float64Array.of(1, 1), context({ sensorAgeS: 3.1 }))).toBe('stop')
    expect(rule.apply(Float64Array.of(1, 1), context({ sensorAgeS: Infinity }))).toBe('stop')
  })

  it('stop also when the object sensor lags behind for good, and forget a lag that ended', () => {
    const rule = createLostSensorRule(1, 2)
    const verdictAt = (timeS: number, sensorAgeS: number) =>
      rule.apply(Float64Array.of(1, 1), context({ timeS, sensorAgeS }))
    expect(verdictAt(10, 1.5)).toBe('hold')
    expect(verdictAt(11.9, 1.5)).toBe('hold')
    expect(verdictAt(11.95, 0.2)).toBe('pass')
    expect(verdictAt(12.1, 1.5)).toBe('hold')
    expect(verdictAt(14.2, 1.5)).toBe('stop')
  })
})

describe('the safety filter', () => {
  it('reports the gravest verdict, counts every rule, and runs nothing after a stop', () => {
    const filter = new SafetyFilter([
      createJointLimitsRule([-1, -1], [1, 1]),
      createNotANumberRule(),
      createJointSpeedRule([1, 1]),
    ])
    expect(filter.apply(Float64Array.of(5, 0), context())).toEqual({
      verdict: 'limited',
      rule: 'jointLimits',
    })
    expect(filter.apply(Float64Array.of(Number.NaN, 0), context()).verdict).toBe('stop')
    expect(filter.interventions).toEqual({ jointLimits: 1, notANumber: 1, jointSpeed: 1 })
  })

  it('never lets a random command leave speed and position limits', () => {
    const filter = new SafetyFilter([
      createJointLimitsRule([-0.95, -0.95], [0.95, 0.95]),
      createJointSpeedRule([3, 3]),
    ])
    const previous = Float64Array.of(0, 0)
    const random = new RandomStream(1)
    const reached = { lowest: 0, highest: 0 }
    let target = previous
    for (let i = 0; i < 2000; i++) {
      // Long enough for the whole way from one limit to the other.
      if (i % 100 === 0) target = previous.map(() => random.between(-4, 4))
      const command = target.map((each) => each + random.between(-0.1, 0.1))
      filter.apply(command, context({ previousCommand: previous }))
      for (let j = 0; j < 2; j++) {
        expect(Math.abs(command[j]! - previous[j]!)).toBeLessThanOrEqual(0.03 + 1e-9)
        expect(Math.abs(command[j]!)).toBeLessThanOrEqual(0.95 + 1e-9)
        reached.lowest = Math.min(reached.lowest, command[j]!)
        reached.highest = Math.max(reached.highest, command[j]!)
      }
      previous.set(command)
    }
    expect(reached).toEqual({ lowest: -0.95, highest: 0.95 })
  })
})
