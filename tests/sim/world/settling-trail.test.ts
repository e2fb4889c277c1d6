import { describe, expect, it } from 'vitest'
import { SettlingTrail } from '../../../sim/world/settling-trail.ts'

describe('the speed of a point over the last moments', () => {
  it('is the length of its path over the window, also where it goes back and forth', () => {
    // 0.3 s in steps of 0.1 s: the last three steps.
    const trail = new SettlingTrail(2, 0.1, 0.3)
    expect(trail.begin(1, Float64Array.of(1, 0, 0))).toBe(0)
    expect(trail.add(1, Float64Array.of(1.03, 0, 0.04))).toBeCloseTo(0.05 / 0.3, 12)
    expect(trail.add(1, Float64Array.of(1, 0, 0))).toBeCloseTo(0.1 / 0.3, 12)
    expect(trail.add(1, Float64Array.of(1, 0, 0))).toBeCloseTo(0.1 / 0.3, 12)
    expect(trail.add(1, Float64Array.of(1, 0, 0))).toBeCloseTo(0.05 / 0.3, 12)
    expect(trail.add(1, Float64Array.of(1, 0, 0))).toBe(0)
  })

  it('forgets what was before a new beginning, and knows nothing of its neighbours', () => {
    const trail = new SettlingTrail(2, 0.1, 0.2)
    trail.begin(0, Float64Array.of(0, 0, 0))
    trail.begin(1, Float64Array.of(5, 5, 5))
    trail.add(1, Float64Array.of(6, 5, 5))
    expect(trail.add(0, Float64Array.of(0, 0, 0))).toBe(0)
    expect(trail.begin(1, Float64Array.of(9, 9, 9))).toBe(0)
    expect(trail.add(1, Float64Array.of(9, 9, 9))).toBe(0)
  })
})
