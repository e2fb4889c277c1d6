import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { CodedError } from '../../configs/load/coded-error.ts'
import { observationSize } from '../../robot/io/spec.ts'
import { stagesOf } from '../algorithms/stages.ts'
import type { NamedPolicy } from '../file/average-policies.ts'
import type { PolicyFacts } from '../file/metadata.schema.ts'
import { loadPolicyFile } from '../file/policy-file.node.ts'
import { actorLayout, exportActor } from '../networks/actor.ts'
import { type ActorParameters, type ActorShape, actorShape } from '../networks/actor-parameters.ts'
import { createNormaliser, restoreNormaliser } from '../networks/running-normaliser.ts'
import { type NamedArrays, savedArray } from './checkpoint.ts'
import { holdsCheckpoint, latestCheckpoints, readCheckpoint } from './checkpoint-store.node.ts'
import { policyFacts } from './policy-facts.ts'
import { CHECKPOINTS, commitOfRun } from './run-folder.node.ts'
import { readTrainJob } from './train-job.node.ts'
import { loadActor } from './warm-start.node.ts'

/**
 * The policy of a run as it was when a checkpoint was written, as an evaluation would have judged it. Throws
 * POLICY_CHECKPOINT_INVALID, and what `readTrainJob` throws.
 *
 * @param name - one of `listCheckpoints`
 */
export function policyOfCheckpoint(
  runFolder: string,
  name: string,
): { readonly parameters: ActorParameters; readonly metadata: PolicyFacts } {
  const { arrays, progress } = readCheckpoint(join(runFolder, CHECKPOINTS), name)
  const job = readTrainJob(runFolder)
  const metadata = policyFacts(job, commitOfRun(runFolder), { iteration: progress['iteration'] })
  const { control } = metadata
  const stages = stagesOf(job.algorithm)
  const sizes = { observation: observationSize(control), action: control.actionNames.length }
  const shape = loadActor(runFolder, 'warm-start')?.shape ?? actorShape(stages[0]!.network, sizes)
  const { normClip } = stages[stageOf(arrays)]!.network
  return { parameters: actorOf(arrays, shape, normClip), metadata }
}

/**
 * A policy by name or path, or the policy of a run's checkpoint, `RUN/checkpoints/NAME.ckpt`. Throws what
 * `loadPolicyFile` and `policyOfCheckpoint` throw, and CONFIG_FILE_MISSING.
 */
export function loadPolicyOrCheckpoint(nameOrPath: string): ReturnType<typeof policyOfCheckpoint> {
  if (!nameOrPath.endsWith('.ckpt')) return loadPolicyFile(nameOrPath)
  const path = resolve(nameOrPath)
  const run = dirname(dirname(path))
  if (existsSync(path) && basename(dirname(path)) === CHECKPOINTS) {
    return policyOfCheckpoint(run, basename(path))
  }
  throw new CodedError('CONFIG_FILE_MISSING', `expected a checkpoint of a run at ${nameOrPath}`, {
    hint: 'a run keeps its last three and its best one in RUN/checkpoints',
  })
}

/**
 * What a name stands for, each under a name of its own: a policy or a checkpoint, as `loadPolicyOrCheckpoint` has them, or
 * a run folder, whose last checkpoints are meant.
 */
export function loadPolicies(nameOrPath: string): NamedPolicy[] {
  const folder = join(nameOrPath, CHECKPOINTS)
  const paths = holdsCheckpoint(folder)
    ? latestCheckpoints(folder).map((name) => join(folder, name))
    : [nameOrPath]
  return paths.map((name) => ({ name, ...loadPolicyOrCheckpoint(name) }))
}

/** Of stages, the one that a checkpoint was written in. */
function stageOf(arrays: NamedArrays): number {
  return arrays['stage'] === undefined ? 0 : savedArray(arrays, 'stage', 1)[0]!
}

/** Every algorithm keeps its actor under the same names; what acts is the average of its weights. */
function actorOf(arrays: NamedArrays, shape: ActorShape, normClip: number): ActorParameters {
  const mean = savedArray(arrays, 'averagedActor.mean', actorLayout(shape).size)
  const normaliser = createNormaliser(shape.observation)
  restoreNormaliser('actorNormaliser', normaliser, arrays)
  return exportActor({ shape, flat: Float32Array.from(mean), normaliser, normClip })
}
