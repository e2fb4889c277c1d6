import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../../configs/load/load.node.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { taskSchema } from '../../../sim/tasks/task.schema.ts'
import { createEnv, createVecEnv, type EnvParts } from '../../../sim/world/create-env.ts'
import type { Env, EnvStep } from '../../../sim/world/env.ts'
import type { ResetOptions } from '../../../sim/world/vec-env.ts'
import { randomization, so101 } from '../push-setup.ts'
import { valuesOf } from './term-values.ts'

const task = loadConfig('tasks', 'reach', taskSchema)
const reachParts = { task, arm: so101, randomization: randomization('wide') }
const still = [0, 0, 0]

describe('an environment of one arm', () => {
  let env: Env

  beforeAll(async () => {
    env = await createEnv(reachParts)
  })
  afterAll(() => env.dispose())

  it('goes through its days: a reset, steps, and truncation with the last of them', () => {
    const { observation, info } = env.reset({ seed: 1 })
    expect(observation).toHaveLength(env.observationSpace.size)
    expect(info).toMatchObject({ seed: 1, episode: 0, timeS: 0, isSuccess: false })
    expect(info.state).toHaveLength(env.stateSpace.size)
    // 4 s at 25 Hz.
    expect(env.episodeSteps).toBe(100)
    for (let step = 1; step <= 100; step++) {
      const { terminated, truncated, info: now } = env.step(still)
      expect({ terminated, truncated }).toEqual({ terminated: false, truncated: step === 100 })
      expect(now.timeS).toBeCloseTo(step / 25, 9)
    }
    expect(() => env.step(still)).toThrow(
      expect.objectContaining({ code: 'SIM_STEP_INVALID', message: 'the episode is over' }),
    )
  })

  it('plays an episode again to the last bit, and the next one after it', () => {
    const play = (beginning: { observation: Float32Array }) => {
      const steps = Array.from({ length: 20 }, () => env.step([1, -0.5, 0.2]))
      return [beginning.observation, ...steps.map(({ observation }) => observation)]
    }
    const sixth = play(env.reset({ seed: 5, episode: 6 }))
    const next = env.reset()
    expect(next.info).toMatchObject({ seed: 5, episode: 7 })
    const seventh = play(next)
    expect(seventh).not.toEqual(sixth)
    expect(play(env.reset({ seed: 5, episode: 7 }))).toEqual(seventh)
    expect(play(env.reset({ seed: 5, episode: 6 }))).toEqual(sixth)
    expect(env.reset({ seed: 8 }).info).toMatchObject({ seed: 8, episode: 0 })
  })

  it('goes on from a snapshot in another one, and knows there what comes next', async () => {
    env.reset({ seed: 5, episode: 6 })
    for (let step = 0; step < env.episodeSteps - 1; step++) env.step([1, -0.5, 0.2])
    const snapshot = structuredClone(env.snapshot())
    const last = env.step([-1, 0.5, 0])
    const other = await createEnv(reachParts)
    try {
      expect(other.restore(snapshot).info).toMatchObject({ seed: 5, episode: 6 })
      expect(other.step([-1, 0.5, 0])).toEqual(last)
      expect(() => other.step(still)).toThrow(expect.objectContaining({ code: 'SIM_STEP_INVALID' }))
      expect(other.reset()).toEqual(env.reset())
      expect(() => other.restore(env.vecEnv.snapshot())).toThrow(
        expect.objectContaining({ code: 'SIM_SNAPSHOT_INVALID' }),
      )
    } finally {
      other.dispose()
    }
  })

  it('takes a new goal for neither an end nor a reset', () => {
    env.reset({ seed: 2 })
    let last: EnvStep | undefined
    for (let step = 0; step < env.episodeSteps; step++) last = env.step([0.3, 0.3, 0.3])
    expect(last!.truncated).toBe(true)
    const { spec, arms } = env.vecEnv
    const before = structuredClone(arms[0]!.physics)
    const { observation, info } = env.newGoal()
    expect(env.vecEnv.truncated[0]).toBe(0)
    expect(env.vecEnv.terminated[0]).toBe(0)
    expect(info).toMatchObject({ seed: 2, episode: 0, timeS: 0 })
    const { observationSpace } = env
    for (const name of ['jointPosition', 'toolPosition', 'previousAction']) {
      expect(valuesOf(observationSpace, name, observation)).toEqual(
        valuesOf(observationSpace, name, last!.observation),
      )
    }
    expect(valuesOf(observationSpace, 'goalPosition', observation)).not.toEqual(
      valuesOf(observationSpace, 'goalPosition', last!.observation),
    )
    expect(arms[0]!.physics).toEqual(before)
    expect(spec.control.policyRateHz).toBe(25)
    expect(env.step(still).truncated).toBe(false)
  })

  it('gives arrays that later steps leave alone', () => {
    const { observation, info } = env.reset({ seed: 3 })
    const kept = [...observation, ...info.state]
    env.step([1, 1, 1])
    expect([...observation, ...info.state]).toEqual(kept)
  })

  it('refuses seeds, episodes and widths that would be taken for others', async () => {
    env.reset({ seed: 6, episode: 3 })
    const wrong = [
      { seed: 0.3 },
      { seed: Number.NaN },
      { seed: 2 ** 60 },
      { seed: 1, episode: 0.5 },
      { seed: 1, width: Number.NaN },
      { seed: 1, width: -1 },
    ]
    const invalid = expect.objectContaining({ code: 'SIM_STEP_INVALID' })
    for (const options of wrong) expect(() => env.reset(options)).toThrow(invalid)
    expect(env.reset().info).toMatchObject({ seed: 6, episode: 4 })
    // Two arms without an episode would both play the same one.
    const pair = await createVecEnv({ ...reachParts, numEnvs: 2 })
    expect(() => pair.reset({ seed: 1 } as ResetOptions)).toThrow(invalid)
    pair.dispose()
  })

  it('refuses actions that are none, and steps before an episode', async () => {
    const invalid = (message: RegExp) =>
      expect.objectContaining({
        code: 'SIM_STEP_INVALID',
        message: expect.stringMatching(message) as string,
      })
    env.reset({ seed: 4 })
    for (const action of [
      [0, 0],
      [0, 0, 0, 0],
      [0, Number.NaN, 0],
    ]) {
      expect(() => env.step(action)).toThrow(invalid(/expected 3 finite numbers/))
    }
    expect(() => env.vecEnv.step(new Float32Array(2))).toThrow(invalid(/expected 3 numbers/))
    const fresh = await createEnv(reachParts)
    expect(() => fresh.step(still)).toThrow(invalid(/no episode has begun/))
    expect(() => fresh.newGoal()).toThrow(invalid(/no world/))
    fresh.dispose()
  })
})

describe('a recorder', () => {
  it('is told enough to play an episode again', async () => {
    const told: string[] = []
    const actions: number[][] = []
    const rewards: number[] = []
    const env = await createEnv({
      ...reachParts,
      recorder: {
        onReset: (_env, { seed, episode }) => told.push(`reset ${seed} ${episode}`),
        onNewGoal: () => told.push('goal'),
        onStep: ({ reward }, action) => {
          actions.push([...action])
          rewards.push(reward[0]!)
        },
      },
    })
    env.reset({ seed: 9, episode: 2 })
    const random = new RandomStream(3)
    for (let t = 0; t < 10; t++) env.step(Array.from({ length: 3 }, () => random.between(-1, 1)))
    env.newGoal()
    env.step(still)
    env.dispose()
    expect(told).toEqual(['reset 9 2', 'goal'])
    expect(actions).toHaveLength(11)
    const again = await createEnv(reachParts)
    again.reset({ seed: 9, episode: 2 })
    expect(actions.slice(0, 10).map((action) => again.step(action).reward)).toEqual(
      rewards.slice(0, 10),
    )
    again.dispose()
  })
})

describe('configs as objects', () => {
  it('have their defaults filled in and are checked as files are', async () => {
    const { noiseYawRad: _, ...objectSensor } = task.arms[0]!.objectSensor
    const written = { ...task, arms: [{ ...task.arms[0]!, objectSensor }] }
    const env = await createEnv({ task: written, arm: so101 })
    expect(env.reset({ seed: 1 }).observation.every(Number.isFinite)).toBe(true)
    env.dispose()
    const wrong = { ...task, sucess: task.success }
    await expect(createEnv({ task: wrong, arm: so101 })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('task sucess: expected a known key') as string,
    })
  })

  it('refuses a randomization whose base is elsewhere', async () => {
    const based = { version: 1, name: 'mine', source: 'test', base: 'wide' } as const
    await expect(createEnv({ task, arm: so101, randomization: based })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('mergeRandomizations') as string,
    })
  })

  it.each([
    [{ engine: 'Rapier' }, /engine kind: expected one of "rapier", "mujoco", found "Rapier"/],
    [{ engine: { timestepS: 0.004 } }, /engine kind: .*found nothing/],
    [
      { engine: { kind: 'mujoco', substeps: 0 } },
      /engine substeps: expected a number > 0, found 0/,
    ],
    [{ rewards: { outside: Number.NaN } }, /task rewards.outside: expected a number, found NaN/],
    [{ rewards: { outside: '-1' } }, /task rewards.outside: expected a number, found "-1"/],
  ])('refuses %j', async (wrong, message) => {
    const parts = { task, arm: so101, ...wrong } as unknown as EnvParts
    await expect(createEnv(parts)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message) as string,
    })
  })

  it('refuses less than one arm in either engine', async () => {
    for (const engine of ['rapier', 'mujoco'] as const) {
      for (const numEnvs of [0, 2.5]) {
        await expect(createVecEnv({ task, arm: so101, engine, numEnvs })).rejects.toMatchObject({
          code: 'SIM_ENGINE_INVALID',
        })
      }
    }
  })

  it('refuses a randomization whose sensor is elsewhere', async () => {
    const seen = { version: 1, name: 'mine', source: '', sensor: 'webcam-tag', arms: { so101: {} } }
    const parts = { task, arm: so101, randomization: seen } as EnvParts
    await expect(createEnv(parts)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('sensor webcam-tag') as string,
    })
  })

  it('refuses a time step that does not divide the policy’s', async () => {
    const engine = { kind: 'rapier', timestepS: 0.003 } as const
    await expect(createEnv({ task, arm: so101, engine })).rejects.toMatchObject({
      code: 'SIM_ENGINE_INVALID',
      message: expect.stringContaining('0.04 s, found 0.003 s') as string,
    })
  })
})
