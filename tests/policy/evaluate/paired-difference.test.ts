import { describe, expect, it } from 'vitest'
import { pairedDifference } from '../../../policy/evaluate/paired-difference.ts'

/** Pairs of a two-by-two table: both, only first, only second, neither. */
function pairs(both: number, onlyFirst: number, onlySecond: number, neither: number) {
  const table = [
    [true, true, both],
    [true, false, onlyFirst],
    [false, true, onlySecond],
    [false, false, neither],
  ] as const
  const expand = (side: 0 | 1) => table.flatMap((row) => Array<boolean>(row[2]).fill(row[side]))
  return [expand(0), expand(1)] as const
}

describe('the difference of paired rates', () => {
  it('equals the worked example of approval ratings in Agresti, section 11.1', () => {
    // 794 approved twice, 150 and 86 changed their minds, 570 disapproved twice:
    // difference -0.040, standard error 0.0095.
    const { difference, low, high } = pairedDifference(...pairs(794, 150, 86, 570))
    expect(difference).toBeCloseTo(-64 / 1600, 12)
    expect((high - low) / (2 * 1.96)).toBeCloseTo(0.0095, 4)
  })

  it('is exactly zero with no spread when both solve the same draws', () => {
    expect(pairedDifference(...pairs(90, 0, 0, 10))).toMatchObject({
      difference: 0,
      low: 0,
      high: 0,
    })
  })

  it('refuses lists that do not pair', () => {
    expect(() => pairedDifference([true], [])).toThrow(RangeError)
  })
})
