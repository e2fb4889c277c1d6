import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import type { Engine } from '../engines/engine.ts'
import { createMujocoEngine } from '../engines/mujoco-engine.ts'
import { createRapierEngine } from '../engines/rapier-engine.ts'
import type { Randomization } from '../randomization/randomization.schema.ts'
import type { PushTask } from '../tasks/push.schema.ts'
import { PushEnv } from './push-env.ts'

/** Everything a pushing environment is made of, as plain values: it can be sent to a worker thread. */
export interface PushEnvConfig {
  readonly arm: ArmDescription
  readonly task: PushTask
  readonly randomization: Randomization
  readonly engine: EngineConfig
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
export async function createPushEnv(
  config: PushEnvConfig,
  options: { readonly numEnvs: number },
): Promise<PushEnv> {
  const model = compileArm(config.arm)
  const { kind, timestepS, iterations, substeps } = config.engine
  const engine: Engine =
    kind === 'rapier'
      ? await createRapierEngine({ arm: model, count: options.numEnvs, timestepS, iterations })
      : await createMujocoEngine({ arm: model, count: options.numEnvs, timestepS, substeps })
  return new PushEnv({
    model,
    task: config.task,
    randomization: config.randomization,
    engine,
  })
}
