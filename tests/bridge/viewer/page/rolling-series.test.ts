import { expect, it } from 'vitest'
import { RollingSeries, withGaps } from '../../../../bridge/viewer/page/plots/rolling-series.ts'

it('hands values that are missing on as the null that uPlot draws a gap for, and whole columns as they are', () => {
  const series = new RollingSeries(2, 10)
  series.push(0, 1, Number.NaN)
  series.push(1, 2, 5)
  const [times, whole, gapped] = series.columns.map(withGaps)
  expect(times).toEqual(Float64Array.of(0, 1))
  expect(whole).toEqual(Float64Array.of(1, 2))
  expect(gapped).toEqual([null, 5])
})
