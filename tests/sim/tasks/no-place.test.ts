import { expect, it } from 'vitest'
import { loadConfig } from '../../../configs/load/load.node.ts'
import { taskSchema } from '../../../sim/tasks/task.schema.ts'
import { createEnv } from '../../../sim/world/create-env.ts'
import { so101 } from '../push-setup.ts'

/** Begins an episode of a shipped task with part of its section for the SO-101 replaced. */
async function begin(name: string, change: object): Promise<void> {
  const task = loadConfig('tasks', name, taskSchema)
  const section = task.arms.find(({ arm }) => arm === 'so101')!
  const env = await createEnv({ task: { ...task, arms: [{ ...section, ...change }] }, arm: so101 })
  try {
    env.reset({ seed: 1 })
  } finally {
    env.dispose()
  }
}

const sectionOf = (name: string) =>
  loadConfig('tasks', name, taskSchema).arms.find(({ arm }) => arm === 'so101')!

it.each([
  [
    'push',
    { toolStart: { ...sectionOf('push').toolStart, xM: [0.7, 0.8] } },
    /so101 reaches no place in toolStart/,
  ],
  [
    'push',
    { parameters: { ...sectionOf('push').parameters, startGoalDistanceM: 0.9 } },
    /so101 has no place 0.9 m away/,
  ],
  ['push', { area: { xM: [160, 320], yM: [-160, 160] } }, /an area of 160 to 320 by -160 to 160 m/],
  [
    'push-clutter',
    { area: { xM: [0.2, 0.21], yM: [0, 0.01] } },
    /so101 has no place|no place in the area for object/,
  ],
  [
    'reach',
    { parameters: { ...sectionOf('reach').parameters, goalLowM: 1, goalHighM: 1.2 } },
    /so101 reaches no goal in its area between 1 and 1.2 m/,
  ],
  [
    'lift',
    { parameters: { ...sectionOf('lift').parameters, reachRingM: 0.5 } },
    /so101 has no place/,
  ],
])('%s says what the arm has no place for: %j', async (name, change, message) => {
  await expect(begin(name, change)).rejects.toMatchObject({
    code: 'SIM_TASK_INVALID',
    message: expect.stringMatching(message) as string,
    hint: expect.any(String) as string,
  })
})

it('a rectangle with its ends exchanged is refused', async () => {
  const area = { xM: [0.32, 0.16], yM: [-0.16, 0.16] }
  await expect(begin('push', { area })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('area.xM: expected lower bound first') as string,
  })
})
