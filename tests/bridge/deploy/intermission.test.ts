import { describe, expect, it } from 'vitest'
import { atHeight, ConstantPolicy, deployConfig, setUpLoop } from './loop-setup.ts'

const EPISODE_S = 1
/** Policy steps of one episode. */
const STEPS = 25
const toolStart = deployConfig.softStart.startBox

/** How many steps the policy had taken `EPISODE_S` after a goal that is named at `namedS`, and what was judged by then. */
async function playOn(namedS: number, hasReset = false) {
  const policy = new ConstantPolicy(0, 0, atHeight(0.05))
  const { clock, goal, requests, run } = setUpLoop({ policy, toolStart, episodeS: EPISODE_S })
  let before = 0
  clock.schedule(namedS, () => {
    before = policy.states.length
    goal.set(0.28, -0.05)
    requests.hasReset = hasReset
  })
  const { episodes } = await run(namedS + EPISODE_S + 0.06)
  return { episodes, after: policy.states.length - before, before }
}

describe('between episodes of a task that has a start', () => {
  it('the policy waits for the next goal', async () => {
    const { after, before, episodes } = await playOn(3)
    expect(before).toBeLessThanOrEqual(STEPS + 1)
    expect(after).toBeGreaterThanOrEqual(STEPS)
    expect(episodes).toHaveLength(2)
  })

  for (const hasReset of [false, true]) {
    const named = hasReset ? 'reset' : 'goal'
    it(`nobody waits after a ${named} in the last moments of the one before`, async () => {
      const { after, episodes } = await playOn(0.9, hasReset)
      expect(after).toBeGreaterThanOrEqual(STEPS)
      expect(episodes.map(({ durationS }) => durationS)).toEqual([
        expect.closeTo(0.92, 2),
        expect.closeTo(EPISODE_S, 2),
      ])
    })
  }
})
