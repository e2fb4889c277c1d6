import { expect, it } from 'vitest'
import { loadConfig } from '../../../configs/load/load.node.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { randomizationSchema } from '../../../sim/randomization/randomization.schema.ts'
import { taskSchema } from '../../../sim/tasks/task.schema.ts'
import { engineConfig } from '../../../sim/world/create-task-env.ts'
import { makeTaskEnv } from '../../../sim/world/make-task-env.node.ts'

const NUM_ARMS = 4
/** Steps after which every hand carries its cube, and has the time to fetch it again. */
const LIFTED_AFTER = 60

it.each(['so101', 'koch', 'panda'])(
  'on %s opens the hand again and takes up a cube that fell out of it',
  async (armName) => {
    const task = loadConfig('tasks', 'pick-place', taskSchema)
    const randomization = loadConfig('randomization', 'none', randomizationSchema)
    const arm = loadArmDescription(armName)
    const env = await makeTaskEnv(
      { arm, task, randomization, engine: engineConfig('rapier'), hasPerfectSensing: true },
      { numEnvs: NUM_ARMS },
    )
    const solvers = Array.from({ length: NUM_ARMS }, () => env.oracle!.createTeacher())
    const actions = new Float32Array(NUM_ARMS * env.actionSize)
    const truth = new Float32Array(NUM_ARMS * env.observationSize)
    try {
      env.reset({ seed: 5, episode: 0 })
      const lying = env.arms.map((_, k) => structuredClone(env.stateOf(k).objects))
      for (const solver of solvers) solver.reset()
      for (let step = 0; step < env.episodeSteps; step++) {
        // Every cube is back where it lay, under a hand that goes on holding nothing.
        if (step === LIFTED_AFTER) for (const [k, objects] of lying.entries()) env.place(k, objects)
        env.oracle!.observe(truth)
        for (const [k, solver] of solvers.entries()) {
          solver.act(truth, k * env.observationSize, actions, k * env.actionSize)
        }
        env.step(actions)
      }
      for (const distanceM of env.distanceM)
        expect(distanceM).toBeLessThan(task.success.mainThresholdM)
    } finally {
      env.dispose()
    }
  },
)

it('advises whoever asks what it sees, not what came before', async () => {
  const task = loadConfig('tasks', 'stack', taskSchema)
  const randomization = loadConfig('randomization', 'wide', randomizationSchema)
  const arm = loadArmDescription('so101')
  const env = await makeTaskEnv(
    { arm, task, randomization, engine: engineConfig('rapier'), hasPerfectSensing: true },
    { numEnvs: NUM_ARMS },
  )
  const [before, fresh] = [0, 1].map(() =>
    Array.from({ length: NUM_ARMS }, () => env.oracle!.createTeacher()),
  )
  const [actions, others] = [0, 1].map(() => new Float32Array(NUM_ARMS * env.actionSize))
  const truth = new Float32Array(NUM_ARMS * env.observationSize)
  try {
    env.reset({ seed: 6, episode: 0 })
    for (let step = 0; step < 200; step++) {
      env.oracle!.observe(truth)
      // Whether fingers are still takes some steps to see.
      if (step % 40 === 0) {
        for (let k = 0; k < NUM_ARMS; k++) fresh![k] = env.oracle!.createTeacher()
      }
      for (let k = 0; k < NUM_ARMS; k++) {
        before![k]!.act(truth, k * env.observationSize, actions!, k * env.actionSize)
        fresh![k]!.act(truth, k * env.observationSize, others!, k * env.actionSize)
      }
      if (step % 40 >= 10) expect(others).toEqual(actions)
      env.step(actions!)
    }
  } finally {
    env.dispose()
  }
})
