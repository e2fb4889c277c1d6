import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { savePolicyFile } from '../../policy/file/policy-file.node.ts'
import { policyFacts } from '../../policy/learning/policy-facts.ts'
import type { TrainJob } from '../../policy/learning/train-job.node.ts'
import type { BestResult } from '../../policy/learning/train-progress.ts'
import type { ActorParameters } from '../../policy/networks/actor-parameters.ts'

/** Keeps `policy.onnx` of a run folder at the best policy so far. */
export function createRunPolicyWriter(outDir: string) {
  return (parameters: ActorParameters, result: BestResult, job: TrainJob): void => {
    savePolicyFile(join(outDir, 'policy.onnx'), {
      parameters,
      metadata: policyFacts(job, commitOf(outDir), { ...result }),
    })
  }
}

/** The commit that the run folder says it was made with. */
function commitOf(outDir: string): string {
  const stored = parse(readFileSync(join(outDir, 'config.yaml'), 'utf8')) as {
    origin?: { commit?: string | null }
  }
  return stored.origin?.commit ?? 'unknown'
}
