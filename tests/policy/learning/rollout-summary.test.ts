import { expect, it } from 'vitest'
import { rolloutBytes, rolloutOn } from '../../../policy/learning/rollout.ts'
import { episodesOf, summarise } from '../../../policy/learning/rollout-summary.ts'

it('a summary joins the rollouts of all workers', () => {
  const shape = {
    ...{ steps: 2, segments: 1, numEnvs: 1, chunkSteps: 2 },
    ...{ observation: 1, critic: 1, action: 2, state: 2, label: 0, goal: 0 },
  }
  const play = (reward: number[], action: number[], distanceM: number) => {
    const rollout = rolloutOn(shape, new ArrayBuffer(rolloutBytes(shape)))
    rollout.reward.set(reward)
    rollout.action.set(action)
    rollout.finalDistanceM.set([distanceM])
    return rollout
  }
  const rollouts = [
    play([1, -2], [0, 1, -1.5, 0.5], 0.25),
    play([0, 4], [2, 3, 0, 0], Number.POSITIVE_INFINITY),
  ]
  const batch = { rollouts, simulateS: 0, inferS: 0, numNonFinite: 0 }
  expect(summarise(batch, 0.5)).toMatchObject({
    steps: 4,
    success: 0.5,
    meanReturn: 1.5,
    minReward: -2,
    maxReward: 4,
    saturatedShare: 3 / 8,
  })
  // The first worker's arm is not asked.
  const ofSecond = summarise(batch, 0.5, (arm) => arm === 1)
  expect(ofSecond).toMatchObject({ steps: 4, success: 0, meanReturn: 1.5 })
})

it('tells an arm that reached its first goal from one that reached them all', () => {
  const shape = {
    ...{ steps: 4, segments: 2, numEnvs: 3, chunkSteps: 2 },
    ...{ observation: 1, critic: 1, action: 1, state: 2, label: 0, goal: 0 },
  }
  const rollout = rolloutOn(shape, new ArrayBuffer(rolloutBytes(shape)))
  rollout.finalDistanceM.set([0, 0, 9, 0, 9, 0])
  const batch = { rollouts: [rollout], simulateS: 0, inferS: 0, numNonFinite: 0 }
  expect([...episodesOf(batch, 0.5)]).toMatchObject([
    { isSuccess: true, isAllSuccess: true },
    { isSuccess: true, isAllSuccess: false },
    { isSuccess: false, isAllSuccess: false },
  ])
})
