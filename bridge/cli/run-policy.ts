import { join } from 'node:path'
import { savePolicyFile } from '../../policy/file/policy-file.node.ts'
import { policyFacts } from '../../policy/learning/policy-facts.ts'
import { commitOfRun } from '../../policy/learning/run-folder.node.ts'
import type { TrainJob } from '../../policy/learning/train-job.node.ts'
import type { BestResult } from '../../policy/learning/train-progress.ts'
import type { ActorParameters } from '../../policy/networks/actor-parameters.ts'

/** Keeps `policy.onnx` of a run folder at the best policy so far. */
export function createRunPolicyWriter(outDir: string) {
  return (parameters: ActorParameters, result: BestResult, job: TrainJob): void => {
    savePolicyFile(join(outDir, 'policy.onnx'), {
      parameters,
      metadata: policyFacts(job, commitOfRun(outDir), { ...result }),
    })
  }
}
