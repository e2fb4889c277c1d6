import { expect, it } from 'vitest'
import { loadConfig } from '../../../configs/load/load.node.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { loadRandomization } from '../../../sim/randomization/load-randomization.node.ts'
import { taskSchema } from '../../../sim/tasks/task.schema.ts'
import { engineConfig } from '../../../sim/world/create-task-env.ts'
import { makeTaskEnv } from '../../../sim/world/make-task-env.node.ts'

const NUM_ARMS = 8
/** What DAgger adds to whoever acts. */
const NOISE = 0.15

async function makeEnv(taskName: string, armName: string, randomization: string) {
  const task = loadConfig('tasks', taskName, taskSchema)
  const arm = loadArmDescription(armName)
  const engine = engineConfig('rapier')
  const physics = { arm, task, randomization: loadRandomization(randomization), engine }
  return makeTaskEnv({ ...physics, hasPerfectSensing: true }, { numEnvs: NUM_ARMS })
}

it.each([
  ['push', 'so101'],
  ['push', 'panda'],
  ['push-pose', 'so101'],
  ['push-pose', 'panda'],
])(
  'the teacher of %s on %s gets there, whatever is added to its actions',
  async (taskName, armName) => {
    const env = await makeEnv(taskName, armName, 'none')
    const teachers = env.arms.map(() => env.oracle!.createTeacher())
    const noise = new RandomStream(3)
    const actions = new Float32Array(NUM_ARMS * env.actionSize)
    const truth = new Float32Array(NUM_ARMS * env.observationSize)
    try {
      env.reset({ seed: 5, episode: 0 })
      for (let step = 0; step < env.episodeSteps; step++) {
        env.oracle!.observe(truth)
        for (const [k, teacher] of teachers.entries()) {
          teacher.act(truth, k * env.observationSize, actions, k * env.actionSize)
        }
        for (let i = 0; i < actions.length; i++) actions[i]! += NOISE * noise.normal()
        env.step(actions)
      }
      const numMet = env.isSuccess.reduce((sum, each) => sum + each, 0)
      expect(numMet).toBeGreaterThanOrEqual(NUM_ARMS - 1)
    } finally {
      env.dispose()
    }
  },
)

it.each(['push', 'push-pose'])(
  'the teacher of %s advises by what there is to be seen, not by what came before',
  async (taskName) => {
    const env = await makeEnv(taskName, 'panda', 'wide')
    const teachers = env.arms.map(() => env.oracle!.createTeacher())
    const [actions, others] = [0, 1].map(() => new Float32Array(NUM_ARMS * env.actionSize))
    const truth = new Float32Array(NUM_ARMS * env.observationSize)
    try {
      env.reset({ seed: 6, episode: 0 })
      for (let step = 0; step < 90; step++) {
        env.oracle!.observe(truth)
        for (const [k, teacher] of teachers.entries()) {
          teacher.act(truth, k * env.observationSize, actions!, k * env.actionSize)
          const other = env.oracle!.createTeacher()
          other.act(truth, k * env.observationSize, others!, k * env.actionSize)
        }
        expect(others).toEqual(actions)
        env.step(actions!)
      }
    } finally {
      env.dispose()
    }
  },
)
