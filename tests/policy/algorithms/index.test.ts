import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listConfigs, packageRoot } from '../../../configs/load/load.node.ts'
import { needsOf, ppoPart } from '../../../policy/algorithms/index.ts'
import { AlgorithmSchema } from '../../../policy/algorithms/stages.schema.ts'
import { stagesOf } from '../../../policy/algorithms/stages.ts'
import {
  loadAlgorithm,
  loadTrainConfig,
  resolveTrainJob,
  startingFrom,
} from '../../../policy/learning/train-job.node.ts'
import { taskOnArm } from '../../../sim/tasks/resolve-task.ts'
import type { TaskEnvConfig } from '../../../sim/world/create-task-env.ts'

describe('shipped algorithms', () => {
  it('are of every kind that there is a file for', () => {
    const kinds = new Set(
      listConfigs('algorithms').flatMap((name) => {
        const config = loadAlgorithm(name)
        return [config.kind, ...stagesOf(config).map(({ kind }) => kind)]
      }),
    )
    const files = readdirSync(join(packageRoot(), 'policy', 'algorithms'))
      .filter((file) => file.endsWith('.schema.ts'))
      .map((file) => file.replace('.schema.ts', ''))
    expect([...kinds].sort()).toEqual(files.sort())
  })

  it('have stages that go together', () => {
    const stages = stagesOf(loadAlgorithm('dagger-ppo'))
    expect(stages.map(({ kind }) => kind)).toEqual(['imitation', 'ppo'])
    const networks = stages.map(({ network: { embed, hidden, head } }) => [embed, hidden, head])
    expect(networks[1]).toEqual(networks[0])
  })

  it.each([
    ['dagger-ppo-feedforward', { memory: 'none' }],
    ['dagger-ppo-history', { memory: 'history', frames: 8 }],
    ['dagger-ppo-128', { hidden: 128 }],
  ])('have in every stage the actor that %s says', (name, actor) => {
    const lstm = stagesOf(loadAlgorithm('dagger-ppo'))
    const networks = lstm.map(({ network }) => ({ ...network, ...actor }))
    expect(stagesOf(loadAlgorithm(name)).map(({ network }) => network)).toEqual(networks)
  })
})

it('who starts from a policy clips its observations as that was taught, in every stage', () => {
  const job = resolveTrainJob(loadTrainConfig('push-panda'))
  const { algorithm } = startingFrom(job, { normClip: 5 })
  expect(stagesOf(algorithm).map(({ network }) => network.normClip)).toEqual([5, 5])
})

it('computes alone with several stages of PPO: gradient threads know one config and one critic', () => {
  const [ppo] = stagesOf(loadAlgorithm('ppo'))
  const sizes = {
    ...{ observation: 2, critic: 2, action: 1 },
    ...{ numEnvs: 4, workers: 1, episodeSteps: 8, randomized: [] },
  }
  const stages = (...algorithms: unknown[]) =>
    AlgorithmSchema.parse({
      ...{ version: 1, kind: 'stages' },
      stages: algorithms.map((algorithm) => ({ algorithm, updates: 1 })),
    })
  const [dagger] = stagesOf(loadAlgorithm('dagger'))
  expect(ppoPart(stages(dagger, ppo), sizes, undefined)?.config).toEqual(ppo)
  expect(ppoPart(stages(ppo, { ...ppo, clip: 0.05 }), sizes, undefined)).toBeUndefined()
})

it('what a run depends on names no place of this machine', () => {
  const job = resolveTrainJob(loadTrainConfig('push-so101'))
  expect(JSON.stringify(job)).not.toContain(packageRoot())
})

describe.each(listConfigs('train'))('the training %s', (name) => {
  it('cuts its episodes evenly, and means by success what its task means', () => {
    const { config, algorithm, environment } = resolveTrainJob(loadTrainConfig(name))
    const { task, arm } = environment.config as TaskEnvConfig
    const { episodeS, control } = taskOnArm(task, arm.name)
    const steps = Math.round(episodeS * control.policyRateHz) * config.goalsPerEpisode
    expect(steps % needsOf(algorithm).chunkSteps).toBe(0)
    expect(config.successThresholdM).toBe(task.success.mainThresholdM)
    expect(config.numEnvs % config.workers).toBe(0)
  })
})
