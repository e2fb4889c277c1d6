import { describe, expect, it } from 'vitest'
import { ArrivalMeter } from '../../../robot/sensors/arrival-meter.ts'

describe('an arrival meter', () => {
  it('says nothing of a few messages', () => {
    const meter = new ArrivalMeter()
    for (let k = 0; k < 9; k++) meter.add(k, 0.1)
    expect(meter.arrivals).toBeNull()
  })

  it('measures rate, delays and the longest gap', () => {
    const meter = new ArrivalMeter()
    // 20 Hz for 5 s without the frames 40 to 43; delays of 50, 51, … 149 ms.
    let count = 0
    for (let k = 0; k < 100; k++) {
      if (k >= 40 && k < 44) continue
      meter.add(k / 20, 0.05 + k / 1000)
      count++
    }
    const { delayS, longestGapS, messages, rateHz } = meter.arrivals!
    expect(messages).toBe(count)
    expect(rateHz).toBeCloseTo(95 / (99 / 20), 9)
    expect(longestGapS).toBeCloseTo(5 / 20, 12)
    // Of 96 sorted delays the 5th, the 48th and the 92nd: 54, 101 (past the gap) and 145 ms.
    expect(delayS.p05).toBeCloseTo(0.054, 12)
    expect(delayS.p50).toBeCloseTo(0.101, 12)
    expect(delayS.p95).toBeCloseTo(0.145, 12)
  })
})
