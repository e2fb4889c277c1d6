import { describe, expect, it } from 'vitest'
import { checkDeployable, checkGoal } from '../../../bridge/deploy/check-deployable.ts'
import { loadTaskActor } from '../../../bridge/deploy/task-actor.ts'

describe('what an arm is deployed on', () => {
  it.each(['push', 'slide', 'lift', 'pick-place', 'stack'])('may be %s', async (task) => {
    checkDeployable(await loadTaskActor({ name: 'scripted', task, arm: 'panda' }))
  })

  it.each(['reach', 'push-pose', 'push-tee', 'push-clutter'])(
    'is not %s, whose numbers no control loop has',
    async (task) => {
      const actor = await loadTaskActor({ name: 'scripted', task, arm: 'panda' })
      expect(() => checkDeployable(actor)).toThrow(
        expect.objectContaining({ code: 'POLICY_MISMATCH' }) as Error,
      )
    },
  )
})

it.each([
  ['push', [0.5, 0.1], [2.5, 0.05]],
  // Its goals lie beyond where objects begin.
  ['slide', [0.9, 0.1], [0.5, 0.1]],
  // 5 cm, not 5 m; and no hand goes below the table.
  ['lift', [0.5, 0.1, 0.05], [0.5, 0.1, 5]],
  ['lift', [0.5, 0.1, 0], [0.5, 0.1, -0.1]],
])('a goal of %s lies where the task has them', async (task, inside, outside) => {
  const actor = await loadTaskActor({ name: 'scripted', task, arm: 'panda' })
  checkGoal(actor, inside)
  expect(() => checkGoal(actor, outside)).toThrow(
    expect.objectContaining({ code: 'ROBOT_UNREACHABLE' }) as Error,
  )
})
