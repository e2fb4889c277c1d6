import { expect, it } from 'vitest'
import { loadTaskActor } from '../../../bridge/deploy/task-actor.ts'

it.each([
  ['push-so101', 'push-pose', /sees\.objects\.0\.yawSymmetry: expected 4, found 0/],
  ['push-so101', 'push-clutter', /sees\.objects\.1/],
  ['push-so101', 'lift', /sees\.objects\.0\.height: expected true, found false/],
  ['pick-place-so101', 'push', /sees\.objects\.0\.height: expected false, found true/],
])(
  'refuses %s on %s, with the first difference and the task it is for',
  async (name, task, said) => {
    const loading = loadTaskActor({ name, task })
    await expect(loading).rejects.toMatchObject({
      code: 'POLICY_MISMATCH',
      message: expect.stringMatching(said),
      hint: expect.stringContaining(name.replace('-so101', '')),
    })
  },
)

it.each([
  ['push-so101', 'push'],
  ['push-pose-so101', 'push-pose'],
  ['pick-place-so101', 'lift'],
  ['slide-panda', 'slide'],
  ['stack-panda', 'stack'],
])('lets %s play %s, which tells and asks what it was trained with', async (name, task) => {
  const actor = await loadTaskActor({ name, task })
  expect(actor.onArm.arm).toBe(actor.arm.name)
})
