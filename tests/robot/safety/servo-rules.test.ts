import { describe, expect, it } from 'vitest'
import type { SafetyContext, SafetyRule } from '../../../robot/safety/safety-rule.ts'
import { createServoHeatRule, createSupplyVoltageRule } from '../../../robot/safety/servo-health.ts'
import { createStallRule } from '../../../robot/safety/stall.ts'
import { safetyContext } from './safety-context.ts'

const DT_S = 0.01

/** When a rule first says something else than `pass`, and what; the same context all the time. */
function firstVerdict(rule: SafetyRule, changes: Partial<SafetyContext>, seconds: number) {
  for (let k = 0; k * DT_S < seconds; k++) {
    const timeS = 5 + k * DT_S
    const verdict = rule.apply(new Float64Array(2), safetyContext(2, { ...changes, timeS }))
    if (verdict !== 'pass') return { verdict, afterS: timeS - 5 }
  }
  return undefined
}

describe('servoHeat', () => {
  const limits = { maxTemperatureC: 65, maxLoad: 0.8, loadS: 15 }

  it('parks an arm with a servo that is too hot, and no other', () => {
    const hot = { temperatureC: Float64Array.of(30, 65.5) }
    expect(firstVerdict(createServoHeatRule(limits), hot, 1)).toEqual({
      verdict: 'park',
      afterS: 0,
    })
    const warm = { temperatureC: Float64Array.of(65, 64) }
    expect(firstVerdict(createServoHeatRule(limits), warm, 1)).toBeUndefined()
  })

  it('parks an arm that is held up with a great load, after 1.6 time constants of full load', () => {
    // 1 − exp(−t / 15) = 0.8 at t = 15 ln 5 = 24.1 s.
    const loaded = { load: Float64Array.of(0, -1) }
    const found = firstVerdict(createServoHeatRule(limits), loaded, 60)
    expect(found?.verdict).toBe('park')
    expect(found?.afterS).toBeCloseTo(15 * Math.log(5), 1)
    const less = { load: Float64Array.of(0.79, -0.79) }
    expect(firstVerdict(createServoHeatRule(limits), less, 200)).toBeUndefined()
  })
})

describe('supplyVoltage', () => {
  it('stops when the supply stays out of its range, not for a dip, nor for servos that do not tell', () => {
    const rule = createSupplyVoltageRule([4.5, 13], 0.5)
    expect(firstVerdict(rule, { voltageV: Float64Array.of(7, 4.4) }, 0.49)).toBeUndefined()
    expect(firstVerdict(rule, {}, 0.1)).toBeUndefined()
    const low = firstVerdict(rule, { voltageV: Float64Array.of(7, 4.4) }, 1)
    expect(low?.verdict).toBe('stop')
    expect(low?.afterS).toBeCloseTo(0.5, 9)
    rule.reset()
    expect(firstVerdict(rule, { voltageV: Float64Array.of(13.1, 7) }, 1)?.verdict).toBe('stop')
    rule.reset()
    expect(firstVerdict(rule, { voltageV: new Float64Array(2) }, 5)).toBeUndefined()
  })
})

describe('stall', () => {
  const limits = { load: 0.9, speedRadPerS: 0.05, durationS: 0.7 }

  it('yields when a joint pushes with all it has and stands, not when it moves or pushes less', () => {
    const stalled = { load: Float64Array.of(0.1, -0.95) }
    const found = firstVerdict(createStallRule(limits), stalled, 2)
    expect(found?.verdict).toBe('yield')
    expect(found?.afterS).toBeCloseTo(0.7, 9)
    const moving = { ...stalled, measuredVelocity: Float64Array.of(0, 0.06) }
    expect(firstVerdict(createStallRule(limits), moving, 2)).toBeUndefined()
    const less = { load: Float64Array.of(0.1, -0.89) }
    expect(firstVerdict(createStallRule(limits), less, 2)).toBeUndefined()
  })

  it('yields anew only when it has stood for that long once more', () => {
    const rule = createStallRule(limits)
    const stalled = { load: Float64Array.of(0.1, -0.95) }
    const verdicts = Array.from({ length: 150 }, (_, k) =>
      rule.apply(new Float64Array(2), safetyContext(2, { ...stalled, timeS: 5 + k * DT_S })),
    )
    const at = verdicts.flatMap((each, k) => (each === 'yield' ? [k * DT_S] : []))
    expect(at).toHaveLength(2)
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(limits.durationS)
  })

  it('does not add up the times of two joints that take turns', () => {
    const rule = createStallRule(limits)
    for (let k = 0; k < 8; k++) {
      const load = k % 2 === 0 ? Float64Array.of(1, 0) : Float64Array.of(0, 1)
      expect(firstVerdict(rule, { load }, 0.4)).toBeUndefined()
    }
  })
})
