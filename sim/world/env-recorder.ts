import type { TaskEnv } from './task-env.ts'
import type { ResetOptions } from './vec-env.ts'

/**
 * Is told of all that happens in an environment, after it has happened: for recordings, plots, statistics.
 * The environment's arrays are overwritten by the next step: copy what is to be kept.
 */
export interface EnvRecorder {
  /** New episodes have begun, in new physics. */
  onReset?(env: TaskEnv, options: ResetOptions): void
  /** A new goal in the same physics. */
  onNewGoal?(env: TaskEnv): void
  /** @param actions - as they were given, [numEnvs, actionSize] */
  onStep?(env: TaskEnv, actions: Float32Array): void
}
