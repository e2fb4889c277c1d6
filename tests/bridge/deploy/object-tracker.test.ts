import { describe, expect, it } from 'vitest'
import { GoalHolder, ObjectTracker } from '../../../bridge/deploy/object-tracker.ts'

const read = (tracker: ObjectTracker, timeS: number) => {
  const out = { xM: 0, yM: 0, zM: 0, yawRad: 0, ageS: 0, isFresh: false }
  tracker.read(timeS, out)
  return out
}

describe('an object tracker', () => {
  it('knows nothing before the first pose', () => {
    expect(read(new ObjectTracker(), 3)).toMatchObject({ ageS: Infinity, isFresh: false })
  })

  it('gives the newest pose, its age since capture, and whether it is new since the last look', () => {
    const tracker = new ObjectTracker()
    expect(tracker.accept(1, 0.1, 0.2, 1.08)).toBe(true)
    expect(tracker.accept(1.03, 0.11, 0.21, 1.11)).toBe(true)
    expect(read(tracker, 1.12)).toMatchObject({
      xM: 0.11,
      yM: 0.21,
      ageS: 1.12 - 1.03,
      isFresh: true,
    })
    expect(read(tracker, 1.16)).toMatchObject({ xM: 0.11, ageS: 1.16 - 1.03, isFresh: false })
  })

  it('rejects and counts stamps in the future', () => {
    const tracker = new ObjectTracker()
    tracker.accept(1, 0.1, 0, 1)
    expect(tracker.accept(2, 9, 9, 1.1)).toBe(false)
    expect(tracker.rejected).toEqual({ future: 1, backwards: 0, notANumber: 0, jump: 0 })
    expect(read(tracker, 1.5)).toMatchObject({ xM: 0.1, ageS: 0.5 })
  })

  it('rejects and counts stamps that go backwards', () => {
    const tracker = new ObjectTracker()
    tracker.accept(1, 0.1, 0, 1)
    expect(tracker.accept(0.9, 9, 9, 1.1)).toBe(false)
    expect(tracker.rejected).toEqual({ future: 0, backwards: 1, notANumber: 0, jump: 0 })
    expect(read(tracker, 1.1).xM).toBe(0.1)
  })

  it.each([
    [Number.NaN, 0, 0],
    [1, Number.NaN, 0],
    [1, 0, Number.POSITIVE_INFINITY],
  ])('rejects and counts what is no number: %f %f %f', (stampS, xM, yM) => {
    const tracker = new ObjectTracker()
    expect(tracker.accept(stampS, xM, yM, 1)).toBe(false)
    expect(tracker.rejected['notANumber']).toBe(1)
    expect(read(tracker, 1).ageS).toBe(Infinity)
  })

  it('takes a pose that jumps only when the next one confirms it', () => {
    const tracker = new ObjectTracker()
    const see = (stampS: number, xM: number) => tracker.accept(stampS, xM, 0, stampS)
    expect([see(1, 0.1), see(1.03, 0.11)]).toEqual([true, true])
    // One frame in which something else was taken for the object.
    expect([see(1.06, 0.35), see(1.1, 0.12)]).toEqual([false, true])
    expect(read(tracker, 1.1).xM).toBe(0.12)
    // Wrong ones that do not agree, and then somebody who moved it.
    expect([see(1.13, 0.4), see(1.16, -0.2), see(1.2, -0.19)]).toEqual([false, false, true])
    expect(read(tracker, 1.2).xM).toBe(-0.19)
    expect(tracker.rejected['jump']).toBe(3)
    // Out of sight for a second it may have gone half a metre.
    expect(see(2.2, 0.3)).toBe(true)
  })

  it('takes a stamp that is ahead by rounding, and calls its age zero', () => {
    const tracker = new ObjectTracker()
    expect(tracker.accept(1.002, 0.1, 0, 1)).toBe(true)
    expect(read(tracker, 1).ageS).toBe(0)
  })
})

describe('a goal holder', () => {
  it('counts goals that differ, and leaves the last one in place', () => {
    const holder = new GoalHolder()
    expect(holder.version).toBe(0)
    holder.set(0, 0)
    expect(holder.version).toBe(1)
    holder.set(0, 0)
    expect(holder.version).toBe(1)
    holder.set(0.2, -0.1)
    expect(holder.version).toBe(2)
    expect([...holder.goal]).toEqual([0.2, -0.1])
  })

  it('keeps its goal when it is given what is no number', () => {
    const holder = new GoalHolder()
    holder.set(0.2, 0.1)
    holder.set(Number.NaN, 0.3)
    expect([...holder.goal]).toEqual([0.2, 0.1])
    expect(holder.version).toBe(1)
  })
})
