import { describe, expect, it } from 'vitest'
import { listConfigs, loadConfig } from '../../configs/load/load.node.ts'
import { evaluateVecEnv } from '../../policy/evaluate/evaluate-vec-env.ts'
import { compileControlled } from '../../robot/io/compile-controlled.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { randomizationSchema } from '../../sim/randomization/randomization.schema.ts'
import { createSolver } from '../../sim/solvers/index.ts'
import { taskOnArm } from '../../sim/tasks/resolve-task.ts'
import { taskSchema } from '../../sim/tasks/task.schema.ts'
import { createTaskEnv, type EngineConfig } from '../../sim/world/create-task-env.ts'

const RAPIER: EngineConfig = { kind: 'rapier', timestepS: 0.008, iterations: 4, substeps: 1 }
/** Few episodes: rates with intervals are `sim2arm eval scripted`'s. */
const EPISODES = 8
const LEAST = 6

const onArms = listConfigs('tasks').flatMap((name) =>
  loadConfig('tasks', name, taskSchema).arms.map(({ arm }) => [name, arm] as const),
)

describe('the solver of every task', () => {
  it.each(onArms)('solves most nominal episodes of %s on %s', async (name, armName) => {
    const task = loadConfig('tasks', name, taskSchema)
    const arm = loadArmDescription(armName)
    const onArm = taskOnArm(task, armName)
    const model = compileControlled(arm, onArm.control)
    const randomization = loadConfig('randomization', 'nominal', randomizationSchema)
    const env = await createTaskEnv(
      { arm, task, randomization, engine: RAPIER },
      { numEnvs: EPISODES },
    )
    const solvers = Array.from({ length: EPISODES }, () =>
      createSolver(task, { spec: env.spec, onArm, model }),
    )
    const { mainThresholdM, settledSpeedMPerS } = task.success
    try {
      const { success } = await evaluateVecEnv(
        {
          kind: 'scripted',
          act: (_env, index, out) => {
            if (env.episodeTimeS === 0) solvers[index]!.reset()
            solvers[index]!.act(env.observation, index * env.observationSize, out, 0)
          },
        },
        env,
        {
          episodes: EPISODES,
          seed: 21,
          width: 1,
          criteria: { thresholdsM: [mainThresholdM], settledSpeedMPerS },
        },
      )
      expect(success[String(mainThresholdM)]!.rate).toBeGreaterThanOrEqual(LEAST / EPISODES)
    } finally {
      env.dispose()
    }
  })
})
