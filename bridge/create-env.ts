import { loadTrainConfig, resolveTrainJob } from '../policy/learning/train-job.node.ts'
import { createTaskEnv, type TaskEnvConfig } from '../sim/world/create-task-env.ts'
import type { VecEnv } from '../sim/world/vec-env.ts'

export interface CreateEnvOptions {
  /** Arms stepped together; default 1. */
  readonly numEnvs?: number
  /** Overrides `path=value` of the training config. */
  readonly set?: readonly string[]
}

/** The world that a training config (a name, or a file) practises in. The caller disposes it. */
export function createEnv(config: string, options: CreateEnvOptions = {}): Promise<VecEnv> {
  const { numEnvs = 1, set = [] } = options
  const { environment } = resolveTrainJob(loadTrainConfig(config, set))
  return createTaskEnv(environment.config as TaskEnvConfig, { numEnvs })
}
