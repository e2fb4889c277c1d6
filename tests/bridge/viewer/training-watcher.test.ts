import { afterEach, describe, expect, it } from 'vitest'
import { type TrainingSight, watchTraining } from '../../../bridge/viewer/training-watcher.node.ts'
import { loadTrainConfig, resolveTrainJob } from '../../../policy/learning/train-job.node.ts'
import type { TaskEnvConfig } from '../../../sim/world/create-task-env.ts'
import { makeTaskEnv } from '../../../sim/world/make-task-env.node.ts'
import type { TaskEnv } from '../../../sim/world/task-env.ts'

const job = resolveTrainJob(loadTrainConfig('push-so101'))
const environment = job.environment.config as TaskEnvConfig
const envs: TaskEnv[] = []

afterEach(() => {
  for (const env of envs.splice(0)) env.dispose()
})

async function watched(numEnvs: number, count: number) {
  const env = await makeTaskEnv(environment, { numEnvs })
  envs.push(env)
  const seen: TrainingSight[] = []
  const config = { environment, count, periodS: 0 }
  const watcher = await watchTraining(config, env, (sight) => void seen.push(sight))
  return { env, seen, watcher }
}

describe('the watcher over the arms of a training', () => {
  it('tells what there is to see, each draw, and where the first arms are', async () => {
    const { env, seen, watcher } = await watched(3, 2)
    env.reset({ seed: 1, episode: 6, width: 1 })
    watcher.began(6)
    env.step(new Float32Array(3 * env.actionSize).fill(0.5))
    watcher.stepped()
    const [scene, draws, worlds] = seen
    expect(scene).toMatchObject({
      kind: 'scene',
      scene: { count: 2, playedBy: { kind: 'training' } },
    })
    expect(draws).toMatchObject({ kind: 'draws', episode: 6 })
    if (worlds?.kind !== 'worlds') throw new Error('expected where the arms are')
    expect(worlds.worlds).toHaveLength(2)
    for (const [k, { objects, q }] of worlds.worlds.entries()) {
      expect(q).toEqual(Array.from(env.stateOf(k).q))
      expect(objects[0]!.position).toEqual(Array.from(env.stateOf(k).objects[0]!.position))
    }
  })

  it('changes nothing: the same steps give the same numbers', async () => {
    const [one, other] = [await watched(2, 2), await watched(2, 2)]
    for (const { env, watcher } of [one, other]) {
      env.reset({ seed: 1, episode: 0, width: 1 })
      if (env === one.env) watcher.began(0)
      for (let step = 0; step < 10; step++) {
        env.step(new Float32Array(2 * env.actionSize).fill(-0.3))
        if (env === one.env) watcher.stepped()
      }
    }
    expect(one.env.observation).toEqual(other.env.observation)
  })
})
