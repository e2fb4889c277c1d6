import { describe, expect, it } from 'vitest'
import { checkDeployable } from '../../../bridge/deploy/check-deployable.ts'
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
