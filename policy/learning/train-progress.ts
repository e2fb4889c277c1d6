import { CodedError } from '../../configs/load/coded-error.ts'
import {
  ACTOR_TENSORS,
  type ActorTensorName,
  actorTensorShapes,
} from '../networks/actor-parameters.ts'
import { type Checkpoint, type NamedArrays, savedArray } from './checkpoint.ts'
import { type CurriculumState, startCurriculum } from './curriculum.ts'
import type { ActingPolicy, RolloutRequest } from './rollout-source.ts'
import type { TrainConfig } from './train-config.schema.ts'

export interface BestResult {
  readonly iteration: number
  readonly success: number
  readonly meanDistanceM: number
  readonly episodes: number
}

/** How far a run has come. */
export interface TrainProgress {
  /** Updates done. */
  readonly iteration: number
  /** Environment steps learnt from. */
  readonly steps: number
  readonly wallS: number
  readonly curriculum: CurriculumState
  readonly best: BestResult | null
  /** The rollout under way; its policy is older than the learner's by one update. */
  readonly pending: RolloutRequest
}

export function startProgress(config: TrainConfig, policy: ActingPolicy): TrainProgress {
  const curriculum = startCurriculum(config.curriculum)
  return {
    iteration: 0,
    steps: 0,
    wallS: 0,
    curriculum,
    best: null,
    pending: { policy, seed: config.seed, iteration: 1, episode: 0, width: curriculum.width },
  }
}

/** A checkpoint of the progress and of the algorithm's arrays. */
export function encodeProgress(progress: TrainProgress, algorithm: NamedArrays): Checkpoint {
  const { policy, ...pending } = progress.pending
  const arrays: Record<string, Float32Array | Float64Array> = { ...algorithm }
  for (const name of ACTOR_TENSORS) arrays[`pending.${name}`] = policy.actor.tensors[name]
  arrays['pending.logStd'] = policy.logStd
  return { progress: { ...progress, pending }, arrays }
}

/** @param like - a policy of the run's shape */
export function decodeProgress(checkpoint: Checkpoint, like: ActingPolicy): TrainProgress {
  const stored = checkpoint.progress as unknown as TrainProgress
  if (!Number.isInteger(stored.iteration) || !stored.pending) {
    throw new CodedError('POLICY_CHECKPOINT_INVALID', 'checkpoint holds no training progress')
  }
  const shapes = actorTensorShapes(like.actor.shape)
  const read = (name: string, length: number) =>
    Float32Array.from(savedArray(checkpoint.arrays, `pending.${name}`, length))
  const tensors = Object.fromEntries(
    ACTOR_TENSORS.map((name) => [
      name,
      read(
        name,
        shapes[name].reduce((a, b) => a * b, 1),
      ),
    ]),
  ) as Record<ActorTensorName, Float32Array>
  const policy = {
    actor: { ...like.actor, tensors },
    logStd: read('logStd', like.actor.shape.action),
  }
  return { ...stored, pending: { ...stored.pending, policy } }
}
