import { compileControlled } from '../../robot/io/compile-controlled.ts'
import { createControlSpec } from '../../robot/io/spec.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { armSection } from '../../sim/tasks/resolve-task.ts'
import type { TaskEnvConfig } from '../../sim/world/create-task-env.ts'
import { describeArm } from '../file/describe-arm.ts'
import type { PolicyFacts } from '../file/metadata.schema.ts'
import type { TrainConfig } from './train-config.schema.ts'

/** A training job as far as a policy file tells of it. */
export interface DescribedJob {
  readonly config: TrainConfig
  readonly algorithm: unknown
  readonly environment: { readonly config: unknown }
}

/**
 * What a policy trained by a job says about itself.
 * @param commit - revision of the code that trained it, or `unknown`
 * @param evaluation - figures of the evaluation it was kept for
 */
export function policyFacts(
  job: DescribedJob,
  commit: string,
  evaluation: Readonly<Record<string, unknown>>,
): PolicyFacts {
  const environment = job.environment.config as TaskEnvConfig
  const { control } = armSection(environment.task, environment.arm.name)
  const model = compileControlled(environment.arm, control)
  return {
    arm: {
      name: model.name,
      ...(environment.arm.bus && { supplyV: environment.arm.bus.supplyV }),
      servoRegisters: servoRegisters(environment.arm),
      model: describeArm(model),
    },
    task: environment.task.name,
    control: createControlSpec(model, control),
    training: { train: job.config, algorithm: job.algorithm, environment: portable(environment) },
    seed: job.config.seed,
    commit,
    evaluation,
  }
}

/** A policy file goes to other machines, where the folder of the task's module means nothing. */
function portable(environment: TaskEnvConfig): TaskEnvConfig {
  const { task } = environment
  if (task.module === undefined) return environment
  return { ...environment, task: { ...task, module: task.module.split(/[/\\]/).at(-1) } }
}

/** Registers by joint name; joints without a bus servo are left out. */
export function servoRegisters(arm: ArmDescription): Record<string, Record<string, number>> {
  return Object.fromEntries(
    arm.joints.flatMap((joint) => (joint.servo ? [[joint.name, joint.servo.registers]] : [])),
  )
}
