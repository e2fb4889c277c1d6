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

function logChoose(n: number, k: number): number {
  let sum = 0
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i)
  return sum
}

describe('the difference of paired rates', () => {
  it('equals the worked example of approval ratings in Agresti, section 11.1', () => {
    // 794 approved twice, 150 and 86 changed their minds, 570 disapproved twice:
    // difference -0.040, standard error 0.0095. Half a draw more in each cell leaves that as it is.
    const { difference, low, high } = pairedDifference(...pairs(794, 150, 86, 570))
    expect(difference).toBeCloseTo(-64 / 1600, 12)
    expect((high - low) / (2 * 1.96)).toBeCloseTo(0.0095, 3)
    expect((high + low) / 2).toBeCloseTo(-0.04, 3)
  })

  it('is zero when both solve the same draws, and no certainty', () => {
    const { difference, low, high } = pairedDifference(...pairs(90, 0, 0, 10))
    expect(difference).toBe(0)
    expect(high).toBeCloseTo(-low, 12)
    // Of no discordant pair in n, the rule of three says less than 3 in n.
    expect(high).toBeGreaterThan(0.01)
    expect(high).toBeLessThan(0.03)
  })

  it('stays within what a difference can be', () => {
    const { high } = pairedDifference([false, true], [true, true])
    expect(high).toBeLessThanOrEqual(1)
    expect(pairedDifference([true], [false]).low).toBeGreaterThanOrEqual(-1)
  })

  it('holds the true difference in 95 of 100 samples, also where few pairs are discordant', () => {
    // All tables of 100 draws, each as likely as the multinomial says: 1 % only first, 2 % only second.
    const [n, onlyFirst, onlySecond] = [100, 0.01, 0.02]
    let covered = 0
    for (let a = 0; a <= 12; a++) {
      for (let b = 0; b <= 12; b++) {
        const { low, high } = pairedDifference(...pairs(n - a - b, a, b, 0))
        const same = (n - a - b) * Math.log(1 - onlyFirst - onlySecond)
        const log =
          logChoose(n, a) + logChoose(n - a, b) + a * Math.log(onlyFirst) + b * Math.log(onlySecond)
        if (low <= 0.01 && high >= 0.01) covered += Math.exp(log + same)
      }
    }
    expect(covered).toBeGreaterThan(0.95)
  })

  it('refuses lists that do not pair', () => {
    expect(() => pairedDifference([true], [])).toThrow(RangeError)
  })
})
