import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { CodedError } from '../../configs/load/coded-error.ts'
import { loadConfig } from '../../configs/load/load.node.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { loadRandomization } from '../../sim/randomization/load-randomization.node.ts'
import { loadTask } from '../../sim/tasks/load-task.node.ts'
import type { TaskEnvConfig } from '../../sim/world/create-task-env.ts'
import { type PpoConfig, PpoSchema } from '../algorithms/ppo.schema.ts'
import type { EnvironmentRecipe } from './environment-recipe.ts'
import { type TrainConfig, TrainConfigSchema } from './train-config.schema.ts'

/** A training config with everything it names looked up: all that a run depends on. */
export interface TrainJob {
  readonly config: TrainConfig
  readonly algorithm: PpoConfig
  readonly environment: EnvironmentRecipe
}

/** The job `configs/train/<name>.yaml`, or of a file. */
export function loadTrainConfig(nameOrPath: string, set: readonly string[] = []): TrainConfig {
  return loadConfig('train', nameOrPath, TrainConfigSchema, { set })
}

export function resolveTrainJob(config: TrainConfig): TrainJob {
  const task = loadTask(config.task)
  const environment: TaskEnvConfig = {
    arm: loadArmDescription(config.arm),
    task: config.rewards === undefined ? task : { ...task, rewards: config.rewards },
    randomization: loadRandomization(config.randomization),
    engine: { kind: 'rapier', substeps: 1, ...config.engine },
  }
  return {
    config,
    algorithm: loadConfig('algorithms', config.algorithm, PpoSchema),
    environment: {
      module: new URL('../../sim/world/make-task-env.node.js', import.meta.url).href,
      factory: 'makeTaskEnv',
      config: environment,
    },
  }
}

/** The job a run folder was made with, whatever the configs say now. */
export function readTrainJob(runFolder: string): TrainJob {
  const file = join(runFolder, 'config.yaml')
  let stored: Partial<Record<'train' | 'algorithm' | 'environment', unknown>> | null
  try {
    stored = parse(readFileSync(file, 'utf8')) as typeof stored
  } catch (cause) {
    throw new CodedError('CONFIG_FILE_MISSING', `expected the config of a run at ${file}`, {
      hint: 'name a run folder that training has written',
      cause,
    })
  }
  const config = TrainConfigSchema.safeParse(stored?.train)
  const algorithm = PpoSchema.safeParse(stored?.algorithm)
  const environment = stored?.environment as EnvironmentRecipe | undefined
  if (!config.success || !algorithm.success || !environment) {
    throw new CodedError('CONFIG_INVALID', `${file} is not the config of a training run`, {
      hint: 'was the folder written by another version of sim2arm?',
      cause: config.error ?? algorithm.error,
    })
  }
  return { config: config.data, algorithm: algorithm.data, environment }
}
