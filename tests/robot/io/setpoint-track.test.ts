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

  it('forgets what waited when it is reset', () => {
    const track = new SetpointTrack(1, 0.04)
    track.reset(Float64Array.of(0), 0)
    track.push(Float64Array.of(9), 1)
    track.reset(Float64Array.of(5), 0.5)
    expect(at(track, 2)).toBe(5)
  })
})
