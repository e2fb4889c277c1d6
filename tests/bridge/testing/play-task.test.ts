import { describe, expect, it } from 'vitest'
import { playTask } from '../../../bridge/testing/index.ts'

describe('playTask', () => {
  const played = (seed: number) => playTask({ task: 'reach', arm: 'so101', episodes: 2, seed })

  it('plays the same episodes for the same seed, others for another', async () => {
    const episodes = await played(1)
    expect(await played(1)).toEqual(episodes)
    expect(episodes[0]!.rewards).not.toEqual(episodes[1]!.rewards)
    expect((await played(2))[0]!.rewards).not.toEqual(episodes[0]!.rewards)
  })

  it('tells every step of an episode and its two ends', async () => {
    const [first] = await played(1)
    expect(first!.hasDiverged).toBe(false)
    expect(first!.beginsSolved).toBe(false)
    expect(first!.terms).toHaveLength(first!.rewards.length)
    expect(first!.rewards.every(Number.isFinite)).toBe(true)
    expect(first!.beginDistanceM).toBeGreaterThan(0.02)
  })
})
