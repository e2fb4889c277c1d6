import { expect, it } from 'vitest'
import { JointHistory } from '../../../sim/world/joint-history.ts'

/** One joint that goes as 3 t, another as -t, told every 0.01 s up to `untilS`. */
function moving(untilS: number): JointHistory {
  const history = new JointHistory(2)
  for (let k = 0; k <= Math.round(untilS / 0.01); k++) {
    history.add(0.01 * k, [0.03 * k, -0.01 * k])
  }
  return history
}

function at(history: JointHistory, timeS: number): number[] {
  const out = new Float64Array(2)
  history.at(timeS, out)
  return [...out]
}

it.each([
  ['between two states', 0.034, [0.102, -0.034]],
  ['at a state', 0.05, [0.15, -0.05]],
  ['at the newest', 0.2, [0.6, -0.2]],
  ['before the oldest', -1, [0, 0]],
])('tells where joints were %s', (_, timeS, expected) => {
  const found = at(moving(0.2), timeS)
  for (const [i, q] of expected.entries()) expect(found[i]).toBeCloseTo(q, 12)
})

it('forgets the oldest, not the last quarter of a second', () => {
  const history = moving(10)
  expect(at(history, 9.75)[0]).toBeCloseTo(3 * 9.75, 9)
  // 256 states of 0.01 s.
  expect(at(history, 0)[0]).toBeCloseTo(3 * (10 - 2.55), 9)
})

it('goes on as what was saved, and what was saved stays as it was', () => {
  const history = moving(5)
  const saved = history.save()
  history.add(5.01, [9, 9])
  const again = new JointHistory(2)
  again.restore(saved)
  expect(at(again, 4.987)[0]).toBeCloseTo(3 * 4.987, 9)
  expect(at(again, 6)[0]).toBeCloseTo(15, 9)
})
