import { describe, expect, it } from 'vitest'
import { EpisodeJudge } from '../../../bridge/deploy/episode-judge.ts'

const STEP_S = 0.04
const goalAt = (x: number, y: number, version: number) => ({ goal: Float64Array.of(x, y), version })
const objectAt = (xM: number, yM = 0) => ({ xM, yM, zM: 0, yawRad: 0, ageS: 0, isFresh: true })

/** Looks every 40 ms from `from` on, up to and including `to`; returns what was judged. */
function watch(
  judge: EpisodeJudge,
  goal: ReturnType<typeof goalAt>,
  object: ReturnType<typeof objectAt>,
  from: number,
  to: number,
) {
  const judged = []
  for (let k = Math.round(from / STEP_S); k <= Math.round(to / STEP_S); k++) {
    const result = judge.observe(k * STEP_S, goal, [object])
    if (result !== null) judged.push(result)
  }
  return judged
}

describe('an episode judge', () => {
  it('judges where the object is when the time is over, once', () => {
    const judge = new EpisodeJudge(2, 0.05)
    const goal = goalAt(0.3, 0, 1)
    expect(watch(judge, goal, objectAt(0.1), 0, 1.96)).toEqual([])
    const judged = watch(judge, goal, objectAt(0.3, 0.04), 2, 10)
    expect(judged).toHaveLength(1)
    expect(judged[0]).toMatchObject({ episode: 0, goal: [0.3, 0], isSuccess: true })
    expect(judged[0]!.finalDistanceM).toBeCloseTo(0.04, 12)
    expect(judged[0]!.durationS).toBeCloseTo(2, 9)
    expect(judge.results).toEqual(judged)
  })

  it('forgets how near the object was on the way: the end counts', () => {
    const judge = new EpisodeJudge(2, 0.05)
    const goal = goalAt(0.3, 0, 1)
    watch(judge, goal, objectAt(0.31), 0, 1.5)
    const [judged] = watch(judge, goal, objectAt(0.42), 1.54, 3)
    expect(judged!.finalDistanceM).toBeCloseTo(0.12, 12)
    expect(judged!.isSuccess).toBe(false)
  })

  it('begins again with a new goal', () => {
    const judge = new EpisodeJudge(2, 0.05)
    watch(judge, goalAt(0.3, 0, 1), objectAt(0.3), 0, 3)
    const judged = watch(judge, goalAt(0.2, 0, 2), objectAt(0.3), 3.04, 6)
    expect(judged).toHaveLength(1)
    expect(judged[0]).toMatchObject({ episode: 1, goal: [0.2, 0], isSuccess: false })
    expect(judged[0]!.finalDistanceM).toBeCloseTo(0.1, 12)
  })

  it('begins again with a reset in the same place', () => {
    const judge = new EpisodeJudge(2, 0.05)
    const goal = goalAt(0.3, 0, 1)
    watch(judge, goal, objectAt(0.3), 0, 1)
    judge.restart()
    expect(watch(judge, goal, objectAt(0.3), 1.04, 2.96)).toEqual([])
    expect(watch(judge, goal, objectAt(0.3), 3, 3.2)).toHaveLength(1)
  })

  it('drops an episode that a new goal cuts short', () => {
    const judge = new EpisodeJudge(2, 0.05)
    watch(judge, goalAt(0.3, 0, 1), objectAt(0.3), 0, 1)
    const judged = watch(judge, goalAt(0.2, 0, 2), objectAt(0.3), 1.04, 4)
    expect(judged).toHaveLength(1)
    expect(judged[0]!.goal).toEqual([0.2, 0])
  })

  it('judges an episode that ends with the beginning of the next, by the last look before it', () => {
    // A referee that announces the next episode 2 s after the last, in the very step that ends it.
    const judge = new EpisodeJudge(2, 0.05)
    for (let episode = 0; episode < 4; episode++) {
      const beganS = 2 * episode
      judge.restart()
      const moved = objectAt(0.1)
      const first = judge.observe(beganS, goalAt(0.3 - 0.01 * episode, 0, episode + 1), [moved])
      expect(first === null).toBe(episode === 0)
      const goal = goalAt(0.3 - 0.01 * episode, 0, episode + 1)
      expect(
        watch(judge, goal, objectAt(0.31 - 0.01 * episode), beganS + STEP_S, beganS + 1.96),
      ).toEqual([])
    }
    expect(judge.results).toHaveLength(3)
    for (const { finalDistanceM, isSuccess } of judge.results) {
      expect(finalDistanceM).toBeCloseTo(0.01, 12)
      expect(isSuccess).toBe(true)
    }
  })

  it('repeats by itself when it is told that the goal is fixed', () => {
    const judge = new EpisodeJudge(2, 0.05)
    judge.repeats = true
    const judged = watch(judge, goalAt(0.3, 0, 1), objectAt(0.3), 0, 6.1)
    expect(judged.map(({ episode }) => episode)).toEqual([0, 1, 2])
  })
})
