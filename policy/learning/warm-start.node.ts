import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { CodedError } from '../../configs/load/coded-error.ts'
import { onDisk } from '../../configs/load/disk-error.ts'
import { writeAtomically } from '../../configs/load/write-atomically.node.ts'
import type { ActorParameters, ActorShape } from '../networks/actor-parameters.ts'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import type { SourceShape } from './rollout-source.ts'

/** In the run folder. */
const NAME = 'warm-start.bin'

/** Keeps what a run starts from, if anything, so that it is resumed as it began. Throws BRIDGE_DISK. */
export function keepWarmStart(outDir: string, start: ActorParameters | undefined): void {
  onDisk(`cannot make ${outDir}`, () => mkdirSync(outDir, { recursive: true }))
  const path = join(outDir, NAME)
  onDisk(`cannot clear ${path}`, () => rmSync(path, { force: true }))
  if (!start) return
  const { shape, normClip, tensors } = start
  writeAtomically(path, encodeCheckpoint({ progress: { shape, normClip }, arrays: tensors }))
}

/** What a run started from; undefined when it began from nothing. */
export function loadWarmStart(outDir: string): ActorParameters | undefined {
  const path = join(outDir, NAME)
  if (!existsSync(path)) return undefined
  const { progress, arrays } = decodeCheckpoint(readFileSync(path), path)
  return {
    shape: progress['shape'] as ActorShape,
    normClip: Number(progress['normClip']),
    tensors: arrays as ActorParameters['tensors'],
  }
}

/** Throws POLICY_MISMATCH when the environment observes or acts otherwise than the policy. */
export function checkWarmStart({ shape }: ActorParameters, sizes: SourceShape): void {
  for (const name of ['observation', 'action'] as const) {
    if (shape[name] === sizes[name]) continue
    const message = `expected a policy of ${name} size ${sizes[name]} to start from, found ${shape[name]}`
    throw new CodedError('POLICY_MISMATCH', message, {
      hint: 'start from a policy of the same task and arm',
    })
  }
}
