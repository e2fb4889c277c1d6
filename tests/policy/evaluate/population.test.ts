import { describe, expect, it } from 'vitest'
import { summarisePopulation } from '../../../policy/evaluate/population.ts'

/** Episodes of which so many end within 5 cm. */
const setUp = (reality: string, successes: number, episodes: number) => ({
  reality,
  outcomes: Array.from({ length: episodes }, (_, k) => ({
    ...{ distanceM: k < successes ? 0.01 : 0.2, settledSpeedMPerS: null },
    ...{ interventions: {}, fault: null },
  })),
})

describe('a population of set-ups', () => {
  it('counts each set-up as one, and the worst tenth by itself', () => {
    const setUps = Array.from({ length: 20 }, (_, k) =>
      setUp(`random:${k}`, k < 2 ? k + 1 : 10, 10),
    )
    const { mean, worstTenth, setUps: judged } = summarisePopulation(setUps, 0.05)
    // By hand: (0.1 + 0.2 + 18) / 20, and the two worst of twenty.
    expect(mean.rate).toBeCloseTo(0.915, 12)
    expect(worstTenth).toBeCloseTo(0.15, 12)
    expect(judged[1]).toEqual({ reality: 'random:1', rate: 0.2 })
  })

  it('has an interval as wide as set-ups differ, however many episodes each has', () => {
    const alike = Array.from({ length: 20 }, (_, k) => setUp(`${k}`, 500, 1000))
    const unlike = Array.from({ length: 20 }, (_, k) => setUp(`${k}`, k % 2 === 0 ? 1000 : 0, 1000))
    const { mean: narrow } = summarisePopulation(alike, 0.05)
    expect([narrow.low, narrow.high]).toEqual([0.5, 0.5])
    // The mean of 20 fair coins: standard deviation 0.5 / √20, 1.96 of them to either side.
    const { mean: wide } = summarisePopulation(unlike, 0.05)
    expect(wide.low).toBeCloseTo(0.5 - (1.96 * 0.5) / Math.sqrt(20), 1)
    expect(wide.high).toBeCloseTo(0.5 + (1.96 * 0.5) / Math.sqrt(20), 1)
  })

  it('counts an episode that a fault ended as failed, wherever the object lay', () => {
    const { outcomes } = setUp('a', 2, 2)
    const broken = [outcomes[0]!, { ...outcomes[1]!, fault: 'ROBOT_STALL' }]
    expect(summarisePopulation([{ reality: 'a', outcomes: broken }], 0.05).mean.rate).toBe(0.5)
  })
})
