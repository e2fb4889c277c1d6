import { CodedError } from '../../configs/load/coded-error.ts'
import { checkConfig } from '../../configs/load/parse-config.ts'
import { type ArmInput, armSchema } from '../../robot/model/arm.schema.ts'
import {
  type Randomization,
  type RandomizationInput,
  randomizationSchema,
} from '../randomization/randomization.schema.ts'
import { type TaskInput, taskSchema } from '../tasks/task.schema.ts'
import {
  createTaskEnv,
  type EngineChoice,
  engineConfig,
  type TaskEnvExtras,
} from './create-task-env.ts'
import { createSingleEnv, type Env } from './env.ts'
import type { TaskEnv } from './task-env.ts'

/** What an environment is made of: configs as objects, for wherever there are no files. */
export interface EnvParts extends Omit<TaskEnvExtras, 'numEnvs'> {
  readonly task: TaskInput
  /** One of the arms that the task has a section for. */
  readonly arm: ArmInput
  /** Default: nothing is randomized but start and goal. */
  readonly randomization?: RandomizationInput | undefined
  /** Default `rapier`. */
  readonly engine?: EngineChoice | undefined
  /** Weights of the reward terms, instead of the task's; a term that is not listed does not count. */
  readonly rewards?: Readonly<Record<string, number>> | undefined
  /** Encoders and object sensors without error or delay. */
  readonly hasPerfectSensing?: boolean | undefined
}

const NOTHING_RANDOMIZED: RandomizationInput = { version: 1, name: 'none', source: '' }

/** An environment of one arm, to be disposed by the caller. Throws as `createVecEnv`. */
export async function createEnv(parts: EnvParts): Promise<Env> {
  return createSingleEnv(await createVecEnv({ ...parts, numEnvs: 1 }))
}

/**
 * Environments stepped together, over typed arrays, to be disposed by the caller. Throws CONFIG_INVALID for a
 * config that its schema refuses, and what `createTaskEnv` throws.
 */
export async function createVecEnv(
  parts: EnvParts & { readonly numEnvs: number },
): Promise<TaskEnv> {
  const { rewards, engine = 'rapier', hasPerfectSensing = false } = parts
  const { definition, recorder, numEnvs } = parts
  const written = rewards === undefined ? parts.task : { ...parts.task, rewards }
  return createTaskEnv(
    {
      arm: checkConfig(parts.arm, armSchema, 'arm'),
      task: checkConfig(written, taskSchema, 'task'),
      randomization: checkRandomization(parts.randomization ?? NOTHING_RANDOMIZED),
      engine: engineConfig(engine),
      hasPerfectSensing,
    },
    { numEnvs, definition, recorder },
  )
}

/** Base and sensor have their rules elsewhere: they must have been put in. */
function checkRandomization(written: RandomizationInput): Randomization {
  const checked = checkConfig(written, randomizationSchema, 'randomization')
  const { base, name, sensor } = checked
  if (base === undefined && sensor === undefined) return checked
  const [what, rules] =
    base === undefined
      ? [`sensor ${sensor}`, 'its rules under `arms`']
      : [`base ${base}`, 'mergeRandomizations(base, randomization)']
  throw new CodedError(
    'CONFIG_INVALID',
    `randomization ${name} is only complete with its ${what}`,
    {
      hint: `pass ${rules}, or in Node the name or path of a file`,
    },
  )
}
