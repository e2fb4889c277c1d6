import { compileControlled } from '../../robot/io/compile-controlled.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { Engine } from '../engines/engine.ts'
import { createMujocoEngine } from '../engines/mujoco-engine.ts'
import { createRapierEngine } from '../engines/rapier-engine.ts'
import type { Randomization } from '../randomization/randomization.schema.ts'
import { objectKinds, taskOnArm } from '../tasks/resolve-task.ts'
import type { TaskConfig } from '../tasks/task.schema.ts'
import { TaskEnv } from './task-env.ts'

/** Everything an environment is made of, as plain values: it can be sent to a worker thread. */
export interface TaskEnvConfig {
  readonly arm: ArmDescription
  readonly task: TaskConfig
  readonly randomization: Randomization
  readonly engine: EngineConfig
  readonly hasPerfectSensing?: boolean
}

export interface EngineConfig {
  readonly kind: 'rapier' | 'mujoco'
  readonly timestepS: number
  /** Solver iterations (Rapier). */
  readonly iterations: number
  /** Engine steps inside one time step (MuJoCo). */
  readonly substeps: number
}

/** Builds arms, engine and task. The caller disposes the environment. */
export async function createTaskEnv(
  config: TaskEnvConfig,
  options: { readonly numEnvs: number },
): Promise<TaskEnv> {
  const onArm = taskOnArm(config.task, config.arm.name)
  const model = compileControlled(config.arm, onArm.control)
  const { kind, timestepS, iterations, substeps } = config.engine
  const objects = objectKinds(onArm)
  const scene = { arm: model, objects, count: options.numEnvs, timestepS }
  const engine: Engine =
    kind === 'rapier'
      ? await createRapierEngine({ ...scene, iterations })
      : await createMujocoEngine({ ...scene, substeps })
  return new TaskEnv({
    model,
    task: config.task,
    randomization: config.randomization,
    engine,
    ...(config.hasPerfectSensing && { hasPerfectSensing: true }),
  })
}
