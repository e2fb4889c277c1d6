import { describe, expect, it } from 'vitest'
import {
  afterPlaying,
  episodesToPlay,
  type FailedDraw,
} from '../../../policy/learning/failed-draws.ts'
import { RECALL_CONFIG } from './recall-config.ts'

const failedDraws = { share: 0.5, mostFailures: 3 }
const CONFIG = {
  numEnvs: 8,
  curriculum: { ...RECALL_CONFIG.curriculum, failedDraws },
}

const once = (episode: number): FailedDraw => ({ episode, failures: 1 })

/** Plays them all, fails in `failures`. */
function play(waiting: readonly FailedDraw[], episodes: readonly number[], failures: number[]) {
  const played = episodes.map((episode) => ({ isAllSuccess: !failures.includes(episode) }))
  return afterPlaying(waiting, { episodes, played }, CONFIG.curriculum)
}

describe('draws in which a policy has failed', () => {
  it('are drawn again by as many arms as may, those that waited longest, spread over all', () => {
    expect(episodesToPlay([once(3)], 16, CONFIG)).toEqual([16, 17, 18, 19, 20, 21, 22, 3])
    expect(episodesToPlay([once(3), once(1)], 16, CONFIG)).toEqual([16, 17, 18, 3, 20, 21, 22, 1])
    const six = [9, 8, 7, 6, 5, 4].map(once)
    expect(episodesToPlay(six, 16, CONFIG)).toEqual([16, 9, 18, 8, 20, 7, 22, 6])
    expect(episodesToPlay([], 16, CONFIG)).toEqual([16, 17, 18, 19, 20, 21, 22, 23])
  })

  it('are never drawn again where that is not chosen', () => {
    const { failedDraws: _, ...curriculum } = CONFIG.curriculum
    expect(episodesToPlay([once(3)], 16, { numEnvs: 2, curriculum })).toEqual([16, 17])
    const failed = { episodes: [0], played: [{ isAllSuccess: false }] }
    expect(afterPlaying([], failed, curriculum)).toEqual([])
  })

  it('wait behind the others until one succeeds, or has failed too often', () => {
    const first = play([], [0, 1, 2, 3], [1, 3])
    expect(first).toEqual([once(1), once(3)])
    // 3 was not played, 1 failed again, 5 is new.
    const second = play(first, [4, 1, 5], [1, 5])
    expect(second).toEqual([once(3), { episode: 1, failures: 2 }, once(5)])
    // 3 is learnt, 1 given up.
    expect(play(second, [3, 1, 6], [1])).toEqual([once(5)])
  })

  it('of a policy that always fails are soon forgotten', () => {
    let waiting: readonly FailedDraw[] = []
    for (let fresh = 0; fresh < 80; fresh += 8) {
      const episodes = Array.from({ length: 8 }, (_, k) => fresh + k)
      waiting = play(waiting, episodes, episodes)
    }
    expect(waiting).toHaveLength(32)
    expect(waiting.at(-1)).toEqual(once(79))
  })
})
