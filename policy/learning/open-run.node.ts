import { join } from 'node:path'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { ActorParameters } from '../networks/actor-parameters.ts'
import type { Checkpoint } from './checkpoint.ts'
import { holdsCheckpoint, loadLatestCheckpoint } from './checkpoint-store.node.ts'
import { CHECKPOINTS, removeUnfinished } from './run-folder.node.ts'
import { loadActor } from './warm-start.node.ts'

/** What a run folder holds to go on with. */
export interface OpenedRun {
  readonly checkpoint?: Checkpoint
  /** Newer checkpoints that were passed over, and why. */
  readonly damaged: readonly string[]
  readonly warmStart?: ActorParameters | undefined
  /** Whose labels it learnt so far; undefined also for runs of before he was kept. */
  readonly expert?: ActorParameters | undefined
}

export interface OpenRunOptions {
  readonly outDir: string
  /** Goes on from the newest checkpoint. */
  readonly resume?: boolean | undefined
  readonly warmStart?: ActorParameters | undefined
}

/** Throws BRIDGE_USAGE for a new run where there is one, and POLICY_CHECKPOINT_INVALID where there is none to go on with. */
export function openRun({ outDir, resume, warmStart }: OpenRunOptions): OpenedRun {
  if (resume) {
    const loaded = loadLatestCheckpoint(join(outDir, CHECKPOINTS))
    removeUnfinished(outDir)
    return {
      ...loaded,
      warmStart: loadActor(outDir, 'warm-start'),
      expert: loadActor(outDir, 'expert'),
    }
  }
  if (holdsCheckpoint(join(outDir, CHECKPOINTS))) {
    throw new CodedError('BRIDGE_USAGE', `${outDir} already holds a run`, {
      hint: 'choose another --out, or go on with --resume',
    })
  }
  return { damaged: [], warmStart }
}
