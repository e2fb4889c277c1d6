import { expect, it } from 'vitest'
import { rolloutBytes, rolloutOn } from '../../../policy/learning/rollout.ts'
import { summarise } from '../../../policy/learning/rollout-summary.ts'

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
})
