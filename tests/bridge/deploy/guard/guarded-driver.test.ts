import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { guardedDriver } from '../../../../bridge/deploy/guard/guarded-driver.ts'
import { VirtualClock } from '../../../../robot/model/virtual-clock.ts'
import { FakeArmDriver } from '../fake-arm-driver.ts'
import { deployConfig } from '../loop-setup.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A driver whose torque is switched off only when the test says so, and the signs that its guard got. */
function setUp() {
  const driver = new FakeArmDriver(['pan'], [0], new VirtualClock())
  let finish = () => {}
  driver.disable = () =>
    new Promise((resolve) => {
      finish = resolve
    })
  const beats: number[] = []
  const guard = { watch() {}, beat: () => void beats.push(Date.now()), standDown() {} }
  return { beats, guarded: guardedDriver(driver, guard), finish: () => finish() }
}

describe('a guarded driver', () => {
  it('gives signs of life while a request asks its servos for long', async () => {
    const { beats, finish, guarded } = setUp()
    const request = guarded.disable()
    await vi.advanceTimersByTimeAsync(10_000)
    const pauses = beats.slice(1).map((timeMs, k) => timeMs - beats[k]!)
    expect(beats.length).toBeGreaterThan(10)
    expect(Math.max(...pauses)).toBeLessThan((1000 * deployConfig.guard.hangS) / 3)
    finish()
    await request
    const numBeats = beats.length
    await vi.advanceTimersByTimeAsync(10_000)
    expect(beats.length).toBe(numBeats)
  })

  it('gives none any more for a request that never ends', async () => {
    const { beats, guarded } = setUp()
    void guarded.disable()
    await vi.advanceTimersByTimeAsync(60_000)
    const numBeats = beats.length
    await vi.advanceTimersByTimeAsync(60_000)
    expect(beats.length).toBe(numBeats)
  })
})
