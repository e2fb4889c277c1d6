import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { CodedError } from '../../configs/load/coded-error.ts'
import { loadConfig } from '../../configs/load/load.node.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { loadRandomization } from '../../sim/randomization/load-randomization.node.ts'
import { loadTask } from '../../sim/tasks/load-task.node.ts'
import type { TaskEnvConfig } from '../../sim/world/create-task-env.ts'
import {
  type AlgorithmConfig,
  AlgorithmSchema,
  type SingleConfig,
  type StagesConfig,
} from '../algorithms/stages.schema.ts'
import { single, stagesOf } from '../algorithms/stages.ts'
import { HELD_OUT_SEED } from '../evaluate/held-out.ts'
import type { ActorParameters } from '../networks/actor-parameters.ts'
import type { EnvironmentRecipe } from './environment-recipe.ts'
import { type TrainConfig, TrainConfigSchema } from './train-config.schema.ts'

/** A training config with everything it names looked up: all that a run depends on. */
export interface TrainJob {
  readonly config: TrainConfig
  readonly algorithm: AlgorithmConfig
  readonly environment: EnvironmentRecipe
  /** Recordings to imitate; absolute paths. */
  readonly demonstrations?: readonly string[]
  /** How those of them are read that are datasets of joints: the arm's calibration (absolute path), and units. */
  readonly datasets?: { readonly calibration?: string; readonly units?: string }
}

/** The job `configs/train/<name>.yaml`, or of a file. */
export function loadTrainConfig(nameOrPath: string, set: readonly string[] = []): TrainConfig {
  return loadConfig('train', nameOrPath, TrainConfigSchema, { set })
}

/** Throws CONFIG_INVALID where nothing would be held out, and what is wrong with a config that is named. */
export function resolveTrainJob(config: TrainConfig): TrainJob {
  checkSeeds(config)
  const task = loadTask(config.task)
  const environment: TaskEnvConfig = {
    arm: loadArmDescription(config.arm),
    task: config.rewards === undefined ? task : { ...task, rewards: config.rewards },
    randomization: loadRandomization(config.randomization),
    engine: { kind: 'rapier', substeps: 1, ...config.engine },
    ...(config.perfectSensing && { hasPerfectSensing: true }),
  }
  const algorithm = loadAlgorithm(config.algorithm)
  checkGoals(config, algorithm)
  return {
    config,
    algorithm: withChunks(algorithm, config.chunkSteps),
    environment: { factory: 'makeTaskEnv', config: environment },
  }
}

/** What is trained on, selected by and judged by are three kinds of draws. */
function checkSeeds({ seed, evaluation }: TrainConfig): void {
  if (new Set([seed, evaluation.seed, HELD_OUT_SEED]).size === 3) return
  const message = `expected seeds that differ, found seed ${seed}, evaluation.seed ${evaluation.seed} and ${HELD_OUT_SEED} of eval`
  throw new CodedError('CONFIG_INVALID', message, {
    hint: 'take another one: the draws of evaluations are held out',
  })
}

function checkGoals({ goalsPerEpisode }: TrainConfig, algorithm: AlgorithmConfig): void {
  if (goalsPerEpisode === 1 || stagesOf(algorithm).every(({ kind }) => kind !== 'hindsight')) return
  const message = `hindsight replays episodes of one goal, found goalsPerEpisode ${goalsPerEpisode}`
  throw new CodedError('CONFIG_INVALID', message, { hint: 'set goalsPerEpisode to 1' })
}

/** The algorithm `configs/algorithms/<name>.yaml`, or of a file, its stages looked up too. */
export function loadAlgorithm(nameOrPath: string): AlgorithmConfig {
  const config = loadConfig('algorithms', nameOrPath, AlgorithmSchema)
  if (config.kind !== 'stages') return config
  const stages = config.stages.map(({ algorithm, updates }) => {
    const stage = typeof algorithm === 'string' ? loadStage(algorithm, nameOrPath) : algorithm
    return { algorithm: withActor(stage, config.actor), updates }
  })
  return { ...config, stages }
}

/** A stage whose actor is made as its fellows' are. */
function withActor<Config extends SingleConfig>(stage: Config, actor: StagesConfig['actor']) {
  if (actor === undefined) return stage
  const { memory: _, frames: __, ...network } = stage.network
  return { ...stage, network: { ...network, ...actor } }
}

function withChunks(config: AlgorithmConfig, chunkSteps: number | undefined): AlgorithmConfig {
  return chunkSteps === undefined
    ? config
    : ofEveryStage(config, (each) => ({ ...each, chunkSteps }))
}

/** The job of who starts from somebody's weights: his observations go on being clipped as those were taught. */
export function startingFrom(
  job: TrainJob,
  warmStart: Pick<ActorParameters, 'normClip'>,
): TrainJob {
  const { normClip } = warmStart
  const algorithm = ofEveryStage(job.algorithm, (each) => ({
    ...each,
    network: { ...each.network, normClip },
  }))
  return { ...job, algorithm }
}

function ofEveryStage(
  config: AlgorithmConfig,
  change: <Config extends SingleConfig>(stage: Config) => Config,
): AlgorithmConfig {
  if (config.kind !== 'stages') return change(config)
  const stages = config.stages.map(({ algorithm, updates }) => ({
    algorithm: change(single(algorithm)),
    updates,
  }))
  return { ...config, stages }
}

function loadStage(nameOrPath: string, ofStages: string) {
  const config = loadConfig('algorithms', nameOrPath, AlgorithmSchema)
  if (config.kind !== 'stages') return config
  throw new CodedError('CONFIG_INVALID', `${ofStages}: a stage cannot have stages: ${nameOrPath}`)
}

/** The job a run folder was made with, whatever the configs say now. */
export function readTrainJob(runFolder: string): TrainJob {
  const file = join(runFolder, 'config.yaml')
  let stored: Partial<Record<'train' | 'algorithm' | 'environment' | 'inputs', unknown>> | null
  try {
    stored = parse(readFileSync(file, 'utf8')) as typeof stored
  } catch (cause) {
    throw new CodedError('CONFIG_FILE_MISSING', `expected the config of a run at ${file}`, {
      hint: 'name a run folder that training has written',
      cause,
    })
  }
  const config = TrainConfigSchema.safeParse(stored?.train)
  const algorithm = AlgorithmSchema.safeParse(stored?.algorithm)
  const environment = stored?.environment as EnvironmentRecipe | undefined
  if (!config.success || !algorithm.success || !environment) {
    throw new CodedError('CONFIG_INVALID', `${file} is not the config of a training run`, {
      hint: 'was the folder written by another version of sim2arm?',
      cause: config.error ?? algorithm.error,
    })
  }
  const { datasets, demonstrations } = (stored?.inputs ?? {}) as Partial<TrainJob>
  return {
    config: config.data,
    algorithm: algorithm.data,
    environment,
    ...(demonstrations !== undefined && { demonstrations }),
    ...(datasets !== undefined && { datasets }),
  }
}
