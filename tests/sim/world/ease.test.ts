import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConfig } from '../../../configs/load/load.node.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { TASKS } from '../../../sim/tasks/index.ts'
import { taskSchema } from '../../../sim/tasks/task.schema.ts'
import { createTaskEnv } from '../../../sim/world/create-task-env.ts'
import type { TaskEnv } from '../../../sim/world/task-env.ts'
import { randomization } from '../push-setup.ts'

const engine = { kind: 'rapier', timestepS: 0.008, iterations: 4, substeps: 1 } as const
const NUM_ENVS = 8
const envs = new Map<string, TaskEnv>()

beforeAll(async () => {
  for (const kind of Object.keys(TASKS)) {
    const arm = loadArmDescription(kind === 'slide' ? 'panda' : 'so101')
    const task = loadConfig('tasks', kind, taskSchema)
    const config = { arm, task, randomization: randomization('wide'), engine }
    envs.set(kind, await createTaskEnv(config, { numEnvs: NUM_ENVS }))
  }
})
afterAll(() => {
  for (const env of envs.values()) env.dispose()
})

it.each(Object.keys(TASKS))('%s begins at the share of its distance that was asked for', (kind) => {
  const env = envs.get(kind)!
  env.reset({ seed: 1, episode: 0, width: 0.5 })
  const whole = env.tasks.map(({ outcome }) => outcome.distanceM)
  env.reset({ seed: 1, episode: 0, width: 0.5, ease: { gravity: 1, goalDistance: 0.25 } })
  env.tasks.forEach(({ outcome }, k) => {
    // The top of another block cannot come nearer; everything else does. Pushing is lost beyond 0.6 m.
    const share = kind === 'stack' ? 1 : 0.25
    if (whole[k]! < 0.59) expect(outcome.distanceM).toBeCloseTo(share * whole[k]!, 9)
  })
})

it('has the share of gravity that was asked for, of what was drawn, each time anew', () => {
  const env = envs.get('push')!
  env.reset({ seed: 2, episode: 0, width: 1 })
  const drawn = env.arms.map(({ physics }) => Array.from(physics.gravity))
  for (let round = 0; round < 3; round++) {
    env.reset({ seed: 2, episode: 0, width: 1, ease: { gravity: 0.3, goalDistance: 1 } })
    env.arms.forEach(({ physics }, k) => {
      physics.gravity.forEach((g, axis) => {
        expect(g).toBeCloseTo(0.3 * drawn[k]![axis]!, 12)
      })
    })
  }
})
