import { describe, expect, it } from 'vitest'
import { listConfigs, loadConfig } from '../../../configs/load/load.node.ts'
import { compileControlled } from '../../../robot/io/compile-controlled.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import type { Randomization } from '../../../sim/randomization/randomization.schema.ts'
import { createSolver } from '../../../sim/solvers/index.ts'
import { TASKS } from '../../../sim/tasks/index.ts'
import { taskOnArm } from '../../../sim/tasks/resolve-task.ts'
import { type TaskConfig, taskSchema } from '../../../sim/tasks/task.schema.ts'
import type { Task, TaskDefinition } from '../../../sim/tasks/task.ts'
import { createTaskEnv, type EngineConfig } from '../../../sim/world/create-task-env.ts'
import type { TaskEnv } from '../../../sim/world/task-env.ts'
import { type Shown, shownBy } from '../../../sim/world/task-env-snapshot.ts'
import { randomization } from '../push-setup.ts'

const RAPIER: EngineConfig = { kind: 'rapier', timestepS: 0.008, iterations: 4, substeps: 1 }
const MUJOCO: EngineConfig = { kind: 'mujoco', timestepS: 0.008, iterations: 4, substeps: 4 }
const NUM_ENVS = 2

/** Beside `wide`, everything that has a memory or changes an arm's shape. */
const EVENTFUL: Randomization['arms'][string] = {
  commandDrop: { set: { uniform: [0.1, 0.3] } },
  jointDelayS: { set: { uniform: [0.01, 0.05] } },
  deadBandRad: { set: { uniform: [0.002, 0.01] } },
  linkComYM: { offset: { uniform: [-0.01, 0.01] } },
  linkLength: { scale: { uniform: [0.97, 1.03] } },
  objectComXM: { offset: { uniform: [0.002, 0.005] } },
  objectDriftM: { set: { uniform: [0.003, 0.006] } },
  objectDriftS: { set: { uniform: [0.3, 1] } },
  objectPushMPerS: { set: { uniform: [0.1, 0.2] } },
  pushesPerS: { set: { uniform: [3, 6] } },
  toolPushN: { set: { uniform: [0.5, 1] } },
  voltageSag: { set: { uniform: [0.1, 0.3] } },
}
/** Steps that are compared; a new goal is given in the middle. */
const STEPS = 40
/** Scatter of the actions about the solver's, so that nothing repeats. */
const SCATTER = 0.3

/** One task of each kind, on the first arm that plays it; several of a kind share their code. */
const oneOfEachKind = Object.keys(TASKS).map((kind) => {
  const name = listConfigs('tasks').find(
    (each) => loadConfig('tasks', each, taskSchema).kind === kind,
  )
  return [kind, name!] as const
})

const wide = randomization('wide')
const eventful: Randomization = {
  ...wide,
  arms: Object.fromEntries(
    Object.entries(wide.arms).map(([arm, rules]) => [arm, { ...rules, ...EVENTFUL }]),
  ),
}

function setUp(name: string, engine: EngineConfig) {
  const task = loadConfig('tasks', name, taskSchema)
  const armName = task.arms[0]!.arm
  const arm = loadArmDescription(armName)
  const onArm = taskOnArm(task, armName)
  const model = compileControlled(arm, onArm.control)
  const createEnv = (
    changed: { task?: TaskConfig; numEnvs?: number; definition?: TaskDefinition } = {},
  ) =>
    createTaskEnv(
      { arm, task: changed.task ?? task, randomization: eventful, engine },
      { numEnvs: changed.numEnvs ?? NUM_ENVS, definition: changed.definition },
    )
  return { task, onArm, model, createEnv }
}

/** What acts until something is touched: the solver, badly. */
function createPlayer(env: TaskEnv, setting: ReturnType<typeof setUp>): () => Float32Array {
  const solvers = env.arms.map(() => createSolver(setting.task, { ...setting, spec: env.spec }))
  for (const solver of solvers) solver.reset()
  const stream = new RandomStream(17)
  return () => {
    const actions = new Float32Array(env.numEnvs * env.actionSize)
    for (const [k, solver] of solvers.entries()) {
      solver.act(env.observation, k * env.observationSize, actions, k * env.actionSize)
    }
    return actions.map((action) => action + SCATTER * stream.between(-1, 1))
  }
}

/** Whether some tool presses on something while its first object moves, of what the critic is told. */
function isPushing(env: TaskEnv): boolean {
  return env.arms.some(({ measuredQ }, k) => {
    // After three numbers per joint: tip, its velocity, the force on it, the object's place and velocity.
    const at = k * env.criticSize + 3 * measuredQ.length
    const force = Math.hypot(...env.critic.subarray(at + 6, at + 9))
    return force > 0.1 && Math.hypot(...env.critic.subarray(at + 12, at + 15)) > 0.01
  })
}

const shown = (env: TaskEnv) => structuredClone(shownBy(env))

/** What an environment's arms and tasks let anybody read. */
function open({ arms, tasks }: TaskEnv) {
  return arms.map(({ controller, physics, draw, measuredQ, target, objects }, k) => {
    const { commandedTip, measuredTip, measuredYaw, commandQ, setpoint, trim } = controller
    const { previousAction } = controller
    const { goal, terms, outcome } = tasks[k]!
    const command = { commandedTip, commandQ, setpoint, trim, previousAction, target }
    const seen = { measuredQ, measuredTip, measuredYaw, objects }
    return structuredClone({ physics, draw, ...command, ...seen, goal, terms, outcome })
  })
}

/** Everything shown from now on under the actions of each step. */
function goOn(env: TaskEnv, actions: readonly Float32Array[]): Shown[] {
  const log = [shown(env)]
  for (const [step, each] of actions.entries()) {
    if (step === STEPS / 2) env.newGoal()
    env.step(each)
    log.push(shown(env))
  }
  return log
}

async function expectToGoOn(name: string, engine: EngineConfig): Promise<void> {
  const setting = setUp(name, engine)
  const env = await setting.createEnv()
  const fresh = await setting.createEnv()
  try {
    env.reset({ seed: 5, episode: 40, width: 1 })
    const play = createPlayer(env, setting)
    const hasObjects = env.arms[0]!.physics.objects.length > 0
    for (let step = 0; step < env.episodeSteps; step++) {
      env.step(play())
      if (step >= 20 && (!hasObjects || isPushing(env))) break
    }
    if (hasObjects) expect(isPushing(env)).toBe(true)
    const snapshot = structuredClone(env.snapshot())
    const before = open(env)
    const actions = Array.from({ length: STEPS }, play)
    const expected = goOn(env, actions)
    env.reset({ seed: 6, episode: 0, width: 1 })
    goOn(env, actions)
    for (const restored of [env, fresh]) {
      restored.restore(snapshot)
      expect(open(restored)).toEqual(before)
      expect(goOn(restored, actions)).toEqual(expected)
    }
  } finally {
    env.dispose()
    fresh.dispose()
  }
}

describe('an environment restored from a snapshot in mid-contact', () => {
  it.each(oneOfEachKind)(
    'plays a %s task (%s) on to the last bit, here and in another environment',
    (_, name) => expectToGoOn(name, RAPIER),
  )

  it('plays on to the last bit in MuJoCo', () => expectToGoOn('push', MUJOCO))
})

describe('a snapshot', () => {
  it('of the moment after a reset leads to the same episode', async () => {
    const { createEnv } = setUp('push', RAPIER)
    const env = await createEnv()
    const other = await createEnv()
    try {
      env.reset({ seed: 2, episode: 7, width: 1 })
      other.restore(env.snapshot())
      const stream = new RandomStream(3)
      const actions = Array.from({ length: STEPS }, () =>
        new Float32Array(NUM_ENVS * env.actionSize).map(() => stream.between(-1, 1)),
      )
      expect(goOn(other, actions)).toEqual(goOn(env, actions))
    } finally {
      env.dispose()
      other.dispose()
    }
  })

  it('is refused by an environment of another size, task or engine, which goes on untouched', async () => {
    const { task, createEnv } = setUp('push', RAPIER)
    const env = await createEnv()
    const others = [
      await createEnv({ numEnvs: NUM_ENVS + 1 }),
      await createEnv({ task: { ...task, name: 'another' } }),
      await setUp('push', MUJOCO).createEnv(),
    ]
    try {
      env.reset({ seed: 2, episode: 7, width: 1 })
      const before = shown(env)
      for (const other of others) {
        other.reset({ seed: 2, episode: 7, width: 1 })
        expect(() => env.restore(other.snapshot())).toThrow(
          expect.objectContaining({ code: 'SIM_SNAPSHOT_INVALID' }),
        )
      }
      expect(shown(env)).toEqual(before)
    } finally {
      for (const each of [env, ...others]) each.dispose()
    }
  })

  it('carries what a task of one’s own remembers beside its goal', async () => {
    const { createEnv } = setUp('push', RAPIER)
    const counting = (definition: TaskDefinition): TaskDefinition => ({
      ...definition,
      prepare: (setting) => {
        const create = definition.prepare(setting)
        return () => {
          const task = create()
          let numSteps = 0
          const { reward } = task
          return Object.assign(task, {
            reward: (...rewarded: Parameters<Task['reward']>) => {
              reward.apply(task, rewarded)
              task.terms[0] = ++numSteps
            },
            save: () => numSteps,
            restore: (saved: unknown) => {
              numSteps = saved as number
            },
          })
        }
      },
    })
    const definition = counting(TASKS['push']!)
    const env = await createEnv({ definition })
    const other = await createEnv({ definition })
    try {
      env.reset({ seed: 2, episode: 7 })
      const still = new Float32Array(NUM_ENVS * env.actionSize)
      for (let step = 0; step < 3; step++) env.step(still)
      other.restore(env.snapshot())
      other.step(still)
      expect(other.terms[0]).toBe(4)
    } finally {
      env.dispose()
      other.dispose()
    }
  })
})
