import { CodedError } from '../../configs/load/coded-error.ts'
import { checkConfig } from '../../configs/load/parse-config.ts'
import { compileControlled } from '../../robot/io/compile-controlled.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { Engine } from '../engines/engine.ts'
import { createMujocoEngine } from '../engines/mujoco-engine.ts'
import { createRapierEngine, type RapierEngineOptions } from '../engines/rapier-engine.ts'
import { joinEngines, splitArms } from '../engines/split-engine.ts'
import type { Randomization } from '../randomization/randomization.schema.ts'
import { objectKinds, taskDefinition, taskOnArm } from '../tasks/resolve-task.ts'
import type { TaskConfig } from '../tasks/task.schema.ts'
import { type EngineConfig, engineSchema } from './engine.schema.ts'
import { TaskEnv } from './task-env.ts'
import type { TaskEnvOptions } from './task-env-options.ts'

/** With more in one Rapier world a step of each takes longer: 64 arms by 40 %. See `bench physics --arms`. */
const ARMS_PER_WORLD = 16

/** Everything an environment is made of, as plain values: it can be sent to a worker thread. */
export interface TaskEnvConfig {
  readonly arm: ArmDescription
  readonly task: TaskConfig
  readonly randomization: Randomization
  readonly engine: EngineConfig
  readonly hasPerfectSensing?: boolean
}

export type { EngineConfig }

/** An engine with the values of every simulated evaluation, or with others. */
export type EngineChoice =
  | EngineConfig['kind']
  | (Pick<EngineConfig, 'kind'> & Partial<EngineConfig>)

/** Throws CONFIG_INVALID. */
export function engineConfig(choice: EngineChoice): EngineConfig {
  const defaults = { timestepS: 0.008, iterations: 4, substeps: 4 }
  const named = typeof choice === 'string' ? { kind: choice } : choice
  const hint = "for example engine: 'mujoco', or { kind: 'rapier', timestepS: 0.004 }"
  return checkConfig({ ...defaults, ...named }, engineSchema, 'engine', hint)
}

export interface TaskEnvExtras
  extends Pick<TaskEnvOptions, 'definition' | 'recorder' | 'createTeacher'> {
  readonly numEnvs: number
}

/**
 * Builds arms, engine and task. The caller disposes the environment. Throws what `taskOnArm` throws, and
 * SIM_ENGINE_INVALID for a time step that does not divide the policy's.
 */
export async function createTaskEnv(
  config: TaskEnvConfig,
  { numEnvs, ...extras }: TaskEnvExtras,
): Promise<TaskEnv> {
  const definition = extras.definition ?? taskDefinition(config.task)
  const onArm = taskOnArm(config.task, config.arm.name, definition)
  const model = compileControlled(config.arm, onArm.control)
  const { kind, timestepS, iterations, substeps } = config.engine
  checkTimestep(timestepS, onArm.control.policyRateHz)
  const objects = objectKinds(onArm)
  const scene = { arm: model, objects, timestepS }
  const engine: Engine =
    kind === 'rapier'
      ? await createRapierWorlds({ ...scene, iterations }, numEnvs)
      : await createMujocoEngine({ ...scene, count: numEnvs, substeps })
  try {
    const { task, randomization, hasPerfectSensing = false } = config
    const parts = { model, task, randomization, engine, hasPerfectSensing }
    return new TaskEnv({ ...parts, ...extras })
  } catch (error) {
    engine.dispose()
    throw error
  }
}

async function createRapierWorlds(
  options: Omit<RapierEngineOptions, 'count'>,
  numEnvs: number,
): Promise<Engine> {
  const counts = numEnvs > ARMS_PER_WORLD ? splitArms(numEnvs, ARMS_PER_WORLD) : [numEnvs]
  return joinEngines(
    await Promise.all(counts.map((count) => createRapierEngine({ ...options, count }))),
  )
}

function checkTimestep(timestepS: number, policyRateHz: number): void {
  const steps = 1 / (policyRateHz * timestepS)
  if (Math.abs(steps - Math.round(steps)) < 1e-6) return
  throw new CodedError(
    'SIM_ENGINE_INVALID',
    `expected a time step that divides the policy's ${1 / policyRateHz} s, found ${timestepS} s`,
    { hint: 'for example 0.008 at 25 Hz' },
  )
}
