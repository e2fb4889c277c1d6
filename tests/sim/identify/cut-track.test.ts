import { describe, expect, it } from 'vitest'
import { type ArmTrack, cutTrack } from '../../../sim/identify/arm-track.ts'

/** Cycles a tenth of a second apart, each with its number. */
function trackOf(cycles: number): ArmTrack {
  const rows = Array.from({ length: cycles }, (_, k) => Float64Array.of(k))
  const timeS = Float64Array.from(rows, ([k]) => k! / 10)
  const measuredS = timeS.map((time) => time - 0.01)
  return { jointNames: ['lift'], beganS: 0, timeS, measuredS, measured: rows, command: rows }
}

describe('a long track', () => {
  it('is cut into parts of even length, none too long, every cycle in one', () => {
    const track = trackOf(951)
    const parts = cutTrack(track, 30)
    expect(parts.map(({ timeS }) => timeS.length)).toEqual([238, 238, 238, 237])
    for (const { timeS } of parts) expect(timeS.at(-1)! - timeS[0]!).toBeLessThanOrEqual(30)
    expect(parts.flatMap(({ timeS }) => [...timeS])).toEqual([...track.timeS])
    expect(parts.flatMap(({ measuredS }) => [...measuredS!])).toEqual([...track.measuredS!])
    expect(parts.flatMap(({ measured }) => measured)).toEqual(track.measured)
    expect(parts.flatMap(({ command }) => command)).toEqual(track.command)
  })

  it('is left as it is where it is no longer than that', () => {
    const track = trackOf(301)
    expect(cutTrack(track, 30)).toEqual([track])
    expect(cutTrack(track, 30)[0]).toBe(track)
  })
})
