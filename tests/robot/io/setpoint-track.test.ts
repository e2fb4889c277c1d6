import { describe, expect, it } from 'vitest'
import { SetpointTrack } from '../../../robot/io/setpoint-track.ts'

const at = (track: SetpointTrack, timeS: number): number => {
  const out = new Float64Array(1)
  track.at(timeS, out)
  return out[0]!
}

describe('a set-point track', () => {
  it('draws a straight line to each new set-point over one policy period, then holds', () => {
    const track = new SetpointTrack(1, 0.04)
    track.reset(Float64Array.of(1), 0)
    track.push(Float64Array.of(2), 0.1)
    expect(at(track, 0.05)).toBe(1)
    expect(at(track, 0.11)).toBeCloseTo(1.25, 12)
    expect(at(track, 0.12)).toBeCloseTo(1.5, 12)
    expect(at(track, 0.3)).toBe(2)
  })

  it('lets late commands take effect at their own instants', () => {
    const track = new SetpointTrack(1, 0.04)
    track.reset(Float64Array.of(0), 0)
    track.push(Float64Array.of(1), 0.06)
    track.push(Float64Array.of(3), 0.1)
    expect(at(track, 0.05)).toBe(0)
    expect(at(track, 0.08)).toBeCloseTo(0.5, 12)
    expect(at(track, 0.12)).toBeCloseTo(2, 12)
  })

  it('keeps commands that come later than many periods', () => {
    const track = new SetpointTrack(1, 0.04)
    track.reset(Float64Array.of(0), 0, 0.5)
    for (let k = 0; k < 100; k++) {
      track.push(Float64Array.of(k + 1), 0.04 * k + 0.5)
      for (const share of [0.2, 0.6, 1]) {
        const timeS = 0.04 * (k + share)
        // One more each period, from 0.5 s on.
        expect(at(track, timeS)).toBeCloseTo(Math.max(0, (timeS - 0.5) / 0.04), 9)
      }
    }
    const other = new SetpointTrack(1, 0.04)
    other.restore(track.save())
    expect(at(other, 4.2)).toBe(at(track, 4.2))
  })

  it('forgets what waited when it is reset', () => {
    const track = new SetpointTrack(1, 0.04)
    track.reset(Float64Array.of(0), 0)
    track.push(Float64Array.of(9), 1)
    track.reset(Float64Array.of(5), 0.5)
    expect(at(track, 2)).toBe(5)
  })
})
