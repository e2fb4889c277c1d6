import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../../robot/model/random.ts'
import { ClockOffset } from '../../../robot/sensors/clock-offset.ts'

describe('the offset of another clock', () => {
  it('is unknown before the first exchange', () => {
    expect(new ClockOffset().estimate).toBeNull()
  })

  it('is exact where both ways take as long', () => {
    const offset = new ClockOffset()
    // Theirs is 100 s ahead; 10 ms there, 2 ms to answer, 10 ms back.
    offset.add(5, 105.01, 105.012, 5.022)
    expect(offset.estimate!.offsetS).toBeCloseTo(100, 12)
    expect(offset.estimate!.uncertaintyS).toBeCloseTo(0.01, 12)
  })

  it('is off by half of the difference of the ways, which is within what it says', () => {
    const offset = new ClockOffset()
    // 30 ms there and 10 ms back, their clock 2 s behind: ((1.03 - 2) + 1 - 1.04 ... ) = -2 + 0.01.
    offset.add(1, 1.03 - 2, 1.03 - 2, 1.04)
    expect(offset.estimate!.offsetS).toBeCloseTo(-2 + (0.03 - 0.01) / 2, 12)
    expect(offset.estimate!.uncertaintyS).toBeCloseTo(0.02, 12)
  })

  it('comes from the quickest of the last exchanges: queues only make them slower', () => {
    const random = new RandomStream(1, 0)
    const offset = new ClockOffset()
    for (let k = 0; k < 16; k++) {
      const there = 0.002 + 0.2 * random.uniform() ** 4
      const back = 0.002 + 0.2 * random.uniform() ** 4
      offset.add(k, k + there + 7, k + there + 7, k + there + back)
    }
    const { offsetS, uncertaintyS } = offset.estimate!
    expect(Math.abs(offsetS - 7)).toBeLessThanOrEqual(uncertaintyS)
    expect(uncertaintyS).toBeLessThan(0.01)
  })

  it('follows a clock that was set anew', () => {
    const offset = new ClockOffset()
    offset.add(0, 0, 0, 0.0001)
    for (let k = 0; k < 16; k++) offset.add(k, k + 30.01, k + 30.01, k + 0.02)
    expect(offset.estimate!.offsetS).toBeCloseTo(30, 9)
  })

  it('leaves out answers that came before their question, and no numbers', () => {
    const offset = new ClockOffset()
    offset.add(1, 1, 1, 0.5)
    offset.add(1, Number.NaN, 1, 2)
    expect(offset.estimate).toBeNull()
  })
})
