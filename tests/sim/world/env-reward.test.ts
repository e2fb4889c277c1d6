import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../configs/load/load.node.ts'
import { compileControlled } from '../../../robot/io/compile-controlled.ts'
import type { ArmState } from '../../../sim/engines/engine.ts'
import { createSolver } from '../../../sim/solvers/index.ts'
import { reach } from '../../../sim/tasks/reach.ts'
import { taskOnArm } from '../../../sim/tasks/resolve-task.ts'
import { taskSchema } from '../../../sim/tasks/task.schema.ts'
import type { TaskDefinition, TaskOutcome } from '../../../sim/tasks/task.ts'
import { createEnv } from '../../../sim/world/create-env.ts'
import type { EnvStep } from '../../../sim/world/env.ts'
import { so101 } from '../push-setup.ts'

const task = loadConfig('tasks', 'reach', taskSchema)
const still = [0, 0, 0]

describe('the reward', () => {
  /** An episode of the scripted solver in the nominal world. */
  async function playScripted(rewards?: Record<string, number>): Promise<EnvStep[]> {
    const env = await createEnv({ task, arm: so101, rewards })
    try {
      const onArm = taskOnArm(task, 'so101')
      const model = compileControlled(so101, onArm.control)
      const solver = createSolver(task, { spec: env.vecEnv.spec, onArm, model })
      solver.reset()
      const action = new Float32Array(3)
      let { observation } = env.reset({ seed: 1 })
      return Array.from({ length: env.episodeSteps }, () => {
        solver.act(observation, 0, action, 0)
        const step = env.step(action)
        observation = step.observation
        return step
      })
    } finally {
      env.dispose()
    }
  }

  it('is the sum of the terms with the weights of the task, within ± 5', async () => {
    const steps = await playScripted()
    for (const { reward, terms } of steps) {
      let sum = 0
      for (const [name, weight] of Object.entries(task.rewards)) sum += weight * terms[name]!
      expect(reward).toBeCloseTo(sum, 5)
    }
    expect(steps.at(-1)).toMatchObject({ info: { isSuccess: true }, terms: { success: 1 } })
  })

  it('can be sparse: -1 per step, 0 while success holds, the episode the same', async () => {
    const dense = await playScripted()
    const sparse = await playScripted({ outside: -1 })
    expect(sparse.map(({ observation }) => observation)).toEqual(
      dense.map(({ observation }) => observation),
    )
    for (const { reward, info } of sparse) {
      // The tip within 2 cm of the goal.
      expect(info.isSuccess).toBe(info.distanceM < 0.02)
      expect(reward).toBe(info.isSuccess ? 0 : -1)
    }
    const rewards = sparse.map(({ reward }) => reward)
    expect(rewards[0]).toBe(-1)
    expect(rewards.at(-1)).toBe(0)
  })

  it('refuses weights of terms that there are not', async () => {
    await expect(createEnv({ task, arm: so101, rewards: { outsid: -1 } })).rejects.toMatchObject({
      code: 'CONFIG_UNKNOWN_NAME',
      hint: expect.stringContaining('did you mean outside?') as string,
    })
  })
})

describe('a task of one’s own, passed as an object', () => {
  type Break = (outcome: TaskOutcome, state: ArmState) => void
  /** As `reach`, until something breaks in the third step. */
  const breaking = (breakIt: Break): TaskDefinition => ({
    ...(reach as TaskDefinition),
    prepare(setting) {
      const create = reach.prepare(setting as never)
      return () => {
        const played = create()
        const reward = played.reward.bind(played)
        let steps = 0
        played.reward = (state, ...args) => {
          reward(state, ...args)
          if (++steps === 3) breakIt(played.outcome, state)
        }
        return played
      }
    },
  })
  const breaks: [string, Break][] = [
    ['whose distance is none', (outcome) => void Object.assign(outcome, { distanceM: Number.NaN })],
    [
      'whose arm blew up, though the goal is reached',
      (outcome, { q }) => {
        Object.assign(outcome, { distanceM: 0, isMet: true })
        q[0] = Number.NaN
      },
    ],
  ]

  it.each(breaks)('terminates an episode %s, and pays it as outside', async (_, breakIt) => {
    const definition = breaking(breakIt)
    const env = await createEnv({ task, arm: so101, definition, rewards: { outside: -1 } })
    try {
      env.reset({ seed: 1 })
      const steps = Array.from({ length: 3 }, () => env.step(still))
      expect(steps.map(({ terminated }) => terminated)).toEqual([false, false, true])
      expect(steps.map(({ truncated }) => truncated)).toEqual([false, false, false])
      expect(steps.map(({ reward }) => reward)).toEqual([-1, -1, -1])
      expect(steps.map(({ info }) => info.isSuccess)).toEqual([false, false, false])
      expect(() => env.step(still)).toThrow(/the episode is over/)
      expect(() => env.newGoal()).toThrow(/no world/)
      expect(env.reset().info.episode).toBe(1)
      // The next episode counts again.
      expect(env.step(still).info.distanceM).toBeLessThan(1)
    } finally {
      env.dispose()
    }
  })

  it('is refused when it is not what it says it is', async () => {
    const onArm = taskOnArm(task, 'so101')
    const setting = { model: compileControlled(so101, onArm.control), onArm }
    const prepare: TaskDefinition['prepare'] = (setting) => {
      const create = reach.prepare(setting as never)
      return () => Object.assign(create(), { terms: new Float64Array(1) })
    }
    const definition = { ...(reach as TaskDefinition), prepare }
    await expect(createEnv({ task, arm: so101, definition })).rejects.toMatchObject({
      code: 'SIM_TASK_INVALID',
      message: expect.stringContaining('`terms` of 5 numbers') as string,
    })
    const terms = { ...reach.terms, outside: 'again' }
    const twice = { ...(reach as TaskDefinition), terms }
    await expect(createEnv({ task, arm: so101, definition: twice })).rejects.toMatchObject({
      code: 'SIM_TASK_INVALID',
      message: expect.stringContaining('every task has a term `outside`') as string,
    })
    const broken = async (own: object | null) => {
      const odd = (() => own && (() => own)) as unknown as TaskDefinition['prepare']
      const parts = { ...(reach as TaskDefinition), prepare: odd }
      return createEnv({ task, arm: so101, definition: parts })
    }
    const whole = reach.prepare({ ...setting, thresholdM: 0.05 } as never)()
    for (const [member, value] of [
      ['reward', undefined],
      ['goal', undefined],
      ['numFeatures', 0.5],
      ['outcome', { distanceM: 0, isMet: true }],
    ] as const) {
      // Methods of a class are not copied.
      const own = Object.assign(Object.create(whole) as object, { [member]: value })
      await expect(broken(own)).rejects.toMatchObject({
        code: 'SIM_TASK_INVALID',
        message: expect.stringContaining(`\`${member}\` of what it prepares`) as string,
      })
    }
    await expect(broken(null)).rejects.toMatchObject({
      code: 'SIM_TASK_INVALID',
      message: expect.stringContaining('`prepare` to return a function, found null') as string,
    })
    const flat = { ...(reach as TaskDefinition), goalSize: 2 }
    await expect(createEnv({ task, arm: so101, definition: flat })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('control.sees.goal') as string,
    })
  })
})
