import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { PolicyFacts } from '../../policy/file/metadata.schema.ts'
import { savePolicyFile } from '../../policy/file/policy-file.node.ts'
import type { TrainJob } from '../../policy/learning/train-job.node.ts'
import type { BestResult } from '../../policy/learning/train-progress.ts'
import type { ActorParameters } from '../../policy/networks/actor-parameters.ts'
import { createControlSpec } from '../../robot/io/spec.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import type { PushEnvConfig } from '../../sim/world/create-push-env.ts'
import { pushOnArm } from '../../sim/world/push-env.ts'

/** Keeps `policy.onnx` of a run folder at the best policy so far. */
export function createRunPolicyWriter(outDir: string) {
  return (parameters: ActorParameters, result: BestResult, job: TrainJob): void => {
    savePolicyFile(join(outDir, 'policy.onnx'), {
      parameters,
      metadata: policyFacts(job, result, commitOf(outDir)),
    })
  }
}

function policyFacts(job: TrainJob, result: BestResult, commit: string): PolicyFacts {
  const { config, algorithm } = job
  const { arm, task, randomization, engine } = job.environment.config as PushEnvConfig
  return {
    arm: {
      name: arm.name,
      ...(arm.bus && { supplyV: arm.bus.supplyV }),
      servoRegisters: servoRegisters(arm),
    },
    task: config.task,
    control: createControlSpec(compileArm(arm), pushOnArm(task, arm.name).control),
    training: { train: config, algorithm, task, randomization, engine },
    seed: config.seed,
    commit,
    evaluation: { ...result },
  }
}

function servoRegisters(arm: ArmDescription): Record<string, Record<string, number>> {
  return Object.fromEntries(
    arm.joints.flatMap(({ name, servo }) => (servo ? [[name, servo.registers]] : [])),
  )
}

/** The commit that the run folder says it was made with. */
function commitOf(outDir: string): string {
  const stored = parse(readFileSync(join(outDir, 'config.yaml'), 'utf8')) as {
    origin?: { commit?: string | null }
  }
  return stored.origin?.commit ?? 'unknown'
}
