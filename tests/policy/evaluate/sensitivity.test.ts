import { describe, expect, it } from 'vitest'
import { sensitivities } from '../../../policy/evaluate/sensitivity.ts'
import { wilsonInterval } from '../../../policy/evaluate/wilson.ts'

describe('what success depends on', () => {
  it('equals the worked example of aspirin and heart attacks in Agresti, section 2.1', () => {
    // 104 of 11,037 with aspirin, 189 of 11,034 with placebo: X² = 25.01, one degree of freedom.
    const values = Float64Array.from({ length: 22_071 }, (_, k) => (k < 11_037 ? 1 : 0))
    const isSuccess = Array.from(values, (_, k) => k < 104 || (k >= 11_037 && k < 11_037 + 189))
    const [found] = sensitivities([{ name: 'aspirin', values }], isSuccess)
    expect(found!.chiSquarePerDegree).toBeCloseTo(25.01, 2)
    expect(found!.groups.map(({ from, to, episodes }) => [from, to, episodes])).toEqual([
      [0, 0, 11_034],
      [1, 1, 11_037],
    ])
    expect(found!.groups[1]!.success).toEqual(wilsonInterval(104, 11_037))
  })

  it('puts what matters first, in fifths of the episodes, and leaves out what does not vary', () => {
    const ramp = Float64Array.from({ length: 100 }, (_, k) => (37 * k) % 100)
    const other = Float64Array.from({ length: 100 }, (_, k) => k)
    const isSuccess = Array.from(ramp, (value) => value < 80)
    const quantities = [
      { name: 'other', values: other },
      { name: 'constant', values: new Float64Array(100).fill(2) },
      { name: 'ramp', values: ramp },
    ]
    const found = sensitivities(quantities, isSuccess)
    expect(found.map(({ name }) => name)).toEqual(['ramp', 'other'])
    const { groups, chiSquarePerDegree } = found[0]!
    expect(groups.map(({ from, to }) => [from, to])).toEqual([
      [0, 19],
      [20, 39],
      [40, 59],
      [60, 79],
      [80, 99],
    ])
    expect(groups.map(({ success }) => success.rate)).toEqual([1, 1, 1, 1, 0])
    // All 100 episodes are told apart: X² is their number.
    expect(chiSquarePerDegree).toBeCloseTo(100 / 4, 12)
  })

  it('ends groups where it is told to', () => {
    const values = Float64Array.of(0.1, 0.8, 0.9, 1, 1.1, 5)
    const quantity = { name: 'ratio', values, edges: [0.8, 1] }
    const [found] = sensitivities([quantity], [true, true, true, false, false, false])
    expect(found!.groups.map(({ from, to }) => [from, to])).toEqual([
      [0.1, 0.8],
      [0.9, 1],
      [1.1, 5],
    ])
  })

  it('says nothing where all succeed', () => {
    const [found] = sensitivities([{ name: 'x', values: Float64Array.of(1, 2) }], [true, true])
    expect(found!.chiSquarePerDegree).toBe(0)
  })
})
