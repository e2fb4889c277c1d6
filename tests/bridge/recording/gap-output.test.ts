import { describe, expect, it } from 'vitest'
import { renderGapReport } from '../../../bridge/recording/gap-report.ts'
import { gapTable } from '../../../bridge/recording/gap-table.ts'
import type { RealityGap } from '../../../bridge/recording/reality-gap.ts'
import type { ArmTrack } from '../../../sim/identify/arm-track.ts'

/** Of two joints, of which the model knows the second. */
function gapOf(cycles: number): { readonly track: ArmTrack; readonly gap: RealityGap } {
  const rows = (first: number) =>
    Array.from({ length: cycles }, (_, k) => Float64Array.of(0, first + k / 8))
  const timeS = Float64Array.from({ length: cycles }, (_, k) => k / 100)
  const simulated = Array.from({ length: cycles }, (_, k) => Float64Array.of(3 + k / 8))
  const figures = { rmsRad: 0, biasRad: 0, lagS: 0, residualRad: 0, trackingRad: 0 }
  return {
    track: {
      ...{ jointNames: ['pan', 'lift'], beganS: 0, timeS },
      measured: rows(2),
      command: rows(1),
    },
    gap: { joints: [{ joint: 'lift', ...figures }], cycles, seconds: cycles / 100, simulated },
  }
}

describe('the table of a reality gap', () => {
  it('has a row for each cycle', () => {
    const { gap, track } = gapOf(3)
    expect([...gapTable(track, gap)].join('')).toBe(
      [
        'timeS,command.lift,measured.lift,simulated.lift',
        '0.000000,1.000000,2.000000,3.000000',
        '0.010000,1.125000,2.125000,3.125000',
        '0.020000,1.250000,2.250000,3.250000',
        '',
      ].join('\n'),
    )
  })

  it('comes in short pieces, however long the recording is', () => {
    const { gap, track } = gapOf(4500)
    const pieces = [...gapTable(track, gap)]
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(100_000)
    const rows = pieces.join('').trimEnd().split('\n').slice(1)
    expect(rows.map((row) => Number(row.split(',')[0]))).toEqual([...track.timeS])
    expect(pieces.at(-1)!.endsWith('\n')).toBe(true)
  })
})

describe('the page of a reality gap', () => {
  it('draws no more points than a screen shows, of joints and of an object', () => {
    const { gap, track } = gapOf(4500)
    const samples = Array.from(track.timeS, (timeS) => {
      return { timeS, measured: [1, timeS], simulated: [2, timeS], isFirst: timeS === 0 } as const
    })
    const object = { windows: 1, rmsM: 0, endM: 0, movedM: 0, endYawRad: null, samples }
    const page = renderGapReport({ title: 'long', track, gap, object })
    const lines = [...page.matchAll(/points="([^"]*)"/g)].map(([, points]) => points!.split(' '))
    expect(lines.map(({ length }) => length)).toEqual(Array(7).fill(1500))
  })
})
