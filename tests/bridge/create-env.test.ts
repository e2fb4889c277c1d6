import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { type CreateVecEnvOptions, createEnv, createVecEnv } from '../../bridge/create-env.ts'
import { readConfigText } from '../../configs/load/load.node.ts'
import { loadTask } from '../../sim/tasks/load-task.node.ts'
import type { TaskEnv } from '../../sim/world/task-env.ts'
import { randomization, so101 } from '../sim/push-setup.ts'

const folder = mkdtempSync(join(tmpdir(), 'sim2arm-env-'))
const made: { dispose(): void }[] = []
afterEach(() => {
  for (const env of made.splice(0)) env.dispose()
})
afterAll(() => rmSync(folder, { recursive: true }))

async function vecEnv(options: CreateVecEnvOptions): Promise<TaskEnv> {
  const env = await createVecEnv(options)
  made.push(env)
  return env
}

/** What an episode begins with. */
function beginning(env: TaskEnv) {
  env.reset({ seed: 3, episode: 1 })
  return { observation: [...env.observation], state: [...env.critic] }
}

describe('an environment by name', () => {
  it('is pushing with an SO-101 where nothing else is said, and nothing randomized', async () => {
    const env = await createEnv()
    made.push(env)
    env.reset({ seed: 1 })
    const { spec, arms } = env.vecEnv
    expect(spec.arm).toBe('so101')
    expect(env.termNames).toEqual(
      'progress approach inside precision effort success pressing outside'.split(' '),
    )
    expect(arms[0]!.draw.coordinates).toHaveLength(0)
    expect(arms[0]!.physics.objects[0]!.massKg).toBe(0.08)
  })

  it('is the same by names and by objects', async () => {
    const named = { task: 'reach', arm: 'so101', randomization: 'wide' } as const
    const objects = { task: loadTask('reach'), arm: so101, randomization: randomization('wide') }
    expect(beginning(await vecEnv(objects))).toEqual(beginning(await vecEnv(named)))
    const narrow = await vecEnv({ ...named, randomization: 'none' })
    expect(beginning(narrow).observation).not.toEqual(beginning(await vecEnv(named)).observation)
  })

  it('takes an engine by its name or in detail', async () => {
    const env = await vecEnv({ task: 'reach', engine: { kind: 'rapier', timestepS: 0.01 } })
    env.reset({ seed: 1, episode: 0 })
    env.step(new Float32Array(3))
    expect(env.observation.every(Number.isFinite)).toBe(true)
    const mujoco = await vecEnv({ task: 'reach', engine: 'mujoco' })
    // The same draw: the same goal in both.
    expect(beginning(mujoco).observation).toEqual(beginning(env).observation)
  })

  it('practises what a training config practises, with what is said besides', async () => {
    const trained = await vecEnv({ train: 'push-so101', set: ['task=reach'], numEnvs: 2 })
    const parts = { task: 'reach', randomization: 'wide', numEnvs: 2 }
    expect(beginning(trained)).toEqual(beginning(await vecEnv(parts)))
    const other = await vecEnv({ train: 'push-so101', task: 'lift' })
    expect(other.spec.actionNames).toContain('gripper')
    await expect(createEnv({ set: ['task=reach'] })).rejects.toMatchObject({ code: 'BRIDGE_USAGE' })
  })

  it('takes the weights of a training config that has some', async () => {
    const env = await vecEnv({ train: 'push-so101', set: ['task=reach', 'rewards={outside: -1}'] })
    env.reset({ seed: 1, episode: 0 })
    env.step(new Float32Array(3))
    expect([...env.reward]).toEqual([-1])
  })

  it('plays a task of one’s own by the path of its YAML', async () => {
    const definition = new URL('../../sim/tasks/reach.ts', import.meta.url).href
    writeFileSync(join(folder, 'mine.mjs'), `export { reach as default } from '${definition}'`)
    const yaml = join(folder, 'mine.yaml')
    const { text } = readConfigText('tasks', 'reach')
    writeFileSync(yaml, text.replace('kind: reach', 'module: ./mine.mjs'))
    expect(beginning(await vecEnv({ task: yaml }))).toEqual(
      beginning(await vecEnv({ task: 'reach' })),
    )
  })

  it('names what there is when asked for what there is not', async () => {
    await expect(createEnv({ task: 'pusch' })).rejects.toMatchObject({
      code: 'CONFIG_UNKNOWN_NAME',
      hint: expect.stringContaining('push') as string,
    })
    await expect(createEnv({ arm: 'panda', task: 'slide', randomization: 'wild' }))
      .rejects //
      .toMatchObject({ hint: expect.stringContaining('wide') as string })
  })
})

describe('environments stepped together', () => {
  it('tell of each arm in one row of every array', async () => {
    const env = await vecEnv({ task: 'reach', numEnvs: 3 })
    env.reset({ seed: 1, episode: 0 })
    expect([...env.terms]).toEqual(new Array(3 * 7).fill(0))
    const actions = new Float32Array(9)
    actions.set([1, 1, 1], 3)
    env.step(actions)
    const effort = env.termNames.indexOf('effort')
    expect([0, 1, 2].map((k) => env.terms[k * env.termNames.length + effort])).toEqual([0, 3, 0])
    expect(env.isSuccess).toHaveLength(3)
    for (let step = 1; step < env.episodeSteps; step++) {
      expect([...env.truncated]).toEqual([0, 0, 0])
      env.step(actions)
    }
    expect([...env.truncated]).toEqual([1, 1, 1])
    expect([...env.terminated]).toEqual([0, 0, 0])
    env.newGoal()
    expect([...env.truncated, ...env.reward, ...env.terms].some((value) => value !== 0)).toBe(false)
  })
})
