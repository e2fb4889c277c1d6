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

  /** What is in the way takes its load off as soon as the arm gives in. */
  function giveWay({ driver }: ReturnType<typeof setUpLoop>): void {
    driver.onWrite = () => {
      if (driver.torqueShare[0]! < 1) driver.load[0] = 0
    }
  }
  const goals = ({ driver }: ReturnType<typeof setUpLoop>, fromS: number, toS: number) =>
    driver.writes.filter(({ timeS }) => timeS > fromS && timeS < toS).map(({ goal }) => goal[0]!)

  it('an arm that is led aside while it waits gives in, then goes back slowly', async () => {
    const narrow = { ...toolStart, yM: [-0.05, 0.05] as [number, number] }
    const set = setUpLoop({ toolStart: narrow, episodeS: EPISODE_S })
    const { clock, driver } = set
    giveWay(set)
    let restRad = 0
    clock.schedule(2, () => {
      restRad = driver.positionRad[0]!
      driver.isJammed = true
      driver.positionRad[0] = restRad + 0.4
      driver.load[0] = 0.95
    })
    const { durationS } = deployConfig.safety.yield
    let gaveInS = Number.NaN
    const limit = driver.limitTorque.bind(driver)
    driver.limitTorque = (share) => {
      if (Number.isNaN(gaveInS)) gaveInS = clock.now()
      driver.isJammed = false
      return limit(share)
    }
    await set.run(8)
    for (const goal of goals(set, gaveInS + 0.02, gaveInS + durationS - 0.02)) {
      expect(goal - restRad).toBeCloseTo(0.4, 9)
    }
    const back = goals(set, gaveInS + durationS, 8)
    const steps = back.slice(1).map((goal, k) => Math.abs(goal - back[k]!))
    expect(Math.max(...steps)).toBeLessThan(0.01 * deployConfig.softStart.speedRadPerS + 1e-9)
    expect(Math.abs(back.at(-1)! - restRad)).toBeLessThan(0.05)
  })

  it('an arm that has just given in does not go back before that is over', async () => {
    const policy = new ConstantPolicy(0, 1, atHeight(0.05))
    const set = setUpLoop({ policy, toolStart, episodeS: 3 })
    giveWay(set)
    // Stalled for 0.7 s: it gives in at 2.7 s, the episode ends at 3 s.
    set.clock.schedule(2, () => {
      set.driver.load[0] = 0.95
    })
    const { episodes } = await set.run(6)
    expect(episodes).toHaveLength(1)
    expect(new Set(goals(set, 2.74, 4.1)).size).toBe(1)
    expect(set.driver.calls).toEqual(['enable', 'limitTorque', 'limitTorque'])
    expect(set.driver.torqueShare[0]).toBe(1)
    expect(new Set(goals(set, 4.3, 6)).size).toBeGreaterThan(10)
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
