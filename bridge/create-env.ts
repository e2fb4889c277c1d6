import { CodedError } from '../configs/load/coded-error.ts'
import { checkConfig } from '../configs/load/parse-config.ts'
import { loadTrainConfig, resolveTrainJob } from '../policy/learning/train-job.node.ts'
import { loadArmDescription } from '../robot/model/load-arm.node.ts'
import { loadRandomization } from '../sim/randomization/load-randomization.node.ts'
import { importTask } from '../sim/tasks/import-task.node.ts'
import { loadTask } from '../sim/tasks/load-task.node.ts'
import { taskSchema } from '../sim/tasks/task.schema.ts'
import * as sim from '../sim/world/create-env.ts'
import type { TaskEnvConfig } from '../sim/world/create-task-env.ts'
import type { Env } from '../sim/world/env.ts'
import type { TaskEnv } from '../sim/world/task-env.ts'

/** What an environment is made of; a name is looked up in `configs/`, a path is a file of one's own. */
export interface CreateEnvOptions
  extends Partial<Omit<sim.EnvParts, 'task' | 'arm' | 'randomization'>> {
  /** Default `push`. */
  readonly task?: string | sim.EnvParts['task'] | undefined
  /** Default `so101`. */
  readonly arm?: string | sim.EnvParts['arm'] | undefined
  /** Default `none`. */
  readonly randomization?: string | sim.EnvParts['randomization']
  /** A training config, which gives task, arm, randomization and engine where they are not named here. */
  readonly train?: string | undefined
  /** Overrides `path=value` of the training config. */
  readonly set?: readonly string[] | undefined
}

export interface CreateVecEnvOptions extends CreateEnvOptions {
  /** Arms stepped together; default 1. */
  readonly numEnvs?: number | undefined
}

/**
 * One arm in its world, by the interface of Gymnasium: `reset({ seed, episode })`, `step(action)`. The caller
 * disposes it. Throws what is wrong with a config, and what `importTask` and `createTaskEnv` throw.
 */
export async function createEnv(options: CreateEnvOptions = {}): Promise<Env> {
  return sim.createEnv(await loadParts(options))
}

/** Environments stepped together, over typed arrays that the next step overwrites. Otherwise as `createEnv`. */
export async function createVecEnv(options: CreateVecEnvOptions = {}): Promise<TaskEnv> {
  return sim.createVecEnv({ ...(await loadParts(options)), numEnvs: options.numEnvs ?? 1 })
}

async function loadParts(options: CreateEnvOptions): Promise<sim.EnvParts> {
  const { rewards, recorder, hasPerfectSensing } = options
  const trained = trainedParts(options)
  const { task = trained?.task ?? 'push', arm = trained?.arm ?? 'so101' } = options
  const { randomization = trained?.randomization ?? 'none' } = options
  const loadedTask =
    typeof task === 'string' ? loadTask(task) : checkConfig(task, taskSchema, 'task')
  return {
    task: loadedTask,
    arm: typeof arm === 'string' ? loadArmDescription(arm) : arm,
    randomization:
      typeof randomization === 'string' ? loadRandomization(randomization) : randomization,
    engine: options.engine ?? trained?.engine,
    definition: options.definition ?? (await importTask(loadedTask)).definition,
    rewards,
    hasPerfectSensing,
    recorder,
  }
}

/** The world that a training config practises in. */
function trainedParts({ train, set }: CreateEnvOptions): TaskEnvConfig | undefined {
  if (train !== undefined) {
    return resolveTrainJob(loadTrainConfig(train, set)).environment.config as TaskEnvConfig
  }
  if (set === undefined) return undefined
  throw new CodedError('BRIDGE_USAGE', '`set` overrides a training config, but none is named', {
    hint: "createEnv({ train: 'push-so101', set: ['arm=panda'] })",
  })
}
