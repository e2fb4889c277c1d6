import { describe, expect, it } from 'vitest'
import { EpisodeTrack, type FailureKind } from '../../../policy/evaluate/failure-kinds.ts'
import { createOutcome } from '../../../sim/tasks/task.ts'

const THRESHOLD_M = 0.05
const STEP_S = 0.1
/** Where an object on a line is, in each step [m]; the goal is at 0. */
type Way = readonly number[]

interface End {
  readonly isMet?: boolean
  readonly distanceM?: number
}

function failureOf(way: Way, end: End = {}): FailureKind | undefined {
  const track = new EpisodeTrack(THRESHOLD_M, STEP_S)
  for (const [step, x] of way.entries()) {
    const outcome = { ...createOutcome(), distanceM: Math.abs(x) }
    if (step === way.length - 1) Object.assign(outcome, end)
    outcome.point[0] = x
    if (step === 0) track.begin(outcome)
    else track.add(outcome)
  }
  return track.failure()
}

/** From one place to another in so many equal steps. */
const straight = (from: number, to: number, steps: number): number[] =>
  Array.from({ length: steps + 1 }, (_, k) => from + ((to - from) * k) / steps)
const rest = (at: number, steps: number): number[] => new Array<number>(steps).fill(at)

describe('why an episode failed', () => {
  it.each<[FailureKind | undefined, Way, End?]>([
    [undefined, [...straight(0.3, 0.04, 20), ...rest(0.04, 20)]],
    [undefined, [...straight(0.3, 0.2, 3), 0.04]],
    ['diverged', straight(0.3, 0.2, 20), { distanceM: Number.NaN }],
    ['incomplete', [...straight(0.3, 0.04, 20)], { isMet: false }],
    ['untouched', rest(0.3, 20)],
    ['untouched', straight(0.3, 0.2905, 20)],
    ['left', [...straight(0.3, 0.02, 20), ...straight(0.02, 0.06, 5)]],
    ['left', [...straight(0.3, 0.02, 20), ...straight(0.02, 0.4, 20)]],
    ['near', [...straight(0.3, 0.06, 20), ...rest(0.06, 20)]],
    ['near', straight(0.3, 0.09, 20)],
    ['away', straight(0.3, 0.35, 20)],
    // 12 mm in the last second, and 9.
    ['late', straight(0.3, 0.3 - 0.024, 20)],
    ['short', straight(0.3, 0.3 - 0.018, 20)],
    ['short', [...straight(0.3, 0.15, 5), ...rest(0.15, 10)]],
    ['late', [...straight(0.3, 0.15, 5), ...rest(0.15, 9)]],
  ])('is called %s', (kind, way, end) => {
    expect(failureOf(way, end)).toBe(kind)
  })

  it('is told of the new episode alone', () => {
    const track = new EpisodeTrack(THRESHOLD_M, STEP_S)
    const at = (x: number, isMet = true) => {
      const outcome = { ...createOutcome(), distanceM: Math.abs(x), isMet }
      outcome.point[0] = x
      return outcome
    }
    track.begin(at(0.3))
    track.add(at(0.01))
    expect(track.failure()).toBeUndefined()
    track.begin(at(0.2))
    expect(track.failure()).toBe('untouched')
  })
})
