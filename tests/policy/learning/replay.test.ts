import { expect, it } from 'vitest'
import { EpisodeReplay } from '../../../policy/learning/replay.ts'
import { rolloutBytes, rolloutOn } from '../../../policy/learning/rollout.ts'
import { RandomStream } from '../../../robot/model/random.ts'

/** Three episodes of four steps on a plane, in which the object goes 0, 0.3 and 0.1 m. */
function played() {
  const shape = {
    ...{ steps: 4, segments: 1, numEnvs: 3, observation: 1, critic: 1, action: 1 },
    ...{ state: 1, chunkSteps: 4, label: 0, goal: 2 },
  }
  const rollout = rolloutOn(shape, new ArrayBuffer(rolloutBytes(shape)))
  const ways = [0, 0.3, 0.1]
  for (let t = 0; t < 4; t++) {
    for (const [env, way] of ways.entries()) {
      rollout.observation[t * 3 + env] = env
      // Along both axes in the first step, back in none.
      const at = (t * 3 + env) * 2
      rollout.achieved[at] = t > 0 ? 0.6 * way : 0
      rollout.achieved[at + 1] = t > 0 ? 0.8 * way : 0
    }
  }
  const sizes = { steps: 4, observation: 1, critic: 1, action: 1, goal: 2 }
  return { replay: new EpisodeReplay(sizes, 8), rollout, sizes }
}

function sharesOf(replay: EpisodeReplay, movedShare: number): number[] {
  const DRAWS = 6000
  const random = new RandomStream(4)
  const counts = [0, 0, 0]
  for (let k = 0; k < DRAWS; k++) counts[replay.draw(random, movedShare).observation[0]!]!++
  return counts.map((count) => count / DRAWS)
}

it('draws episodes as often as others, and by the way that the object went', () => {
  const { replay, rollout, sizes } = played()
  replay.add(rollout)
  // 0.8 · (0, 3/4, 1/4) + 0.2 / 3; standard deviations up to 0.006.
  const expected = [0.0667, 0.6667, 0.2667]
  for (const [k, share] of sharesOf(replay, 0.8).entries()) {
    expect(Math.abs(share - expected[k]!)).toBeLessThan(0.025)
  }
  for (const share of sharesOf(replay, 0)) expect(Math.abs(share - 1 / 3)).toBeLessThan(0.025)
  const restored = new EpisodeReplay(sizes, 8)
  restored.restore(replay.save())
  expect(sharesOf(restored, 0.8)).toEqual(sharesOf(replay, 0.8))
})

it('draws any episode where nothing has moved yet', () => {
  const { replay, rollout } = played()
  rollout.achieved.fill(0)
  replay.add(rollout)
  for (const share of sharesOf(replay, 1)) expect(Math.abs(share - 1 / 3)).toBeLessThan(0.025)
})

it('keeps no episode of an arm whose simulation broke down, but those in which the place was none', () => {
  const { replay, rollout } = played()
  rollout.observation[1] = Number.NaN
  rollout.achieved[4] = Number.NaN
  replay.add(rollout)
  expect(replay.episodes.map(({ observation }) => observation[0])).toEqual([0, 2])
})
