import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { CodedError } from '../../configs/load/coded-error.ts'
import { onDisk } from '../../configs/load/disk-error.ts'
import { writeAtomically } from '../../configs/load/write-atomically.node.ts'
import type { ActorNetwork, ActorParameters, ActorShape } from '../networks/actor-parameters.ts'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import type { SourceShape } from './rollout-source.ts'

/** Whose weights a run needs: who it starts from, and who tells it what to do. In the run folder, `warm-start.bin`. */
export type KeptActor = 'warm-start' | 'expert'

/** Keeps who a run needs, if anybody, so that it is resumed as it began. Throws BRIDGE_DISK. */
export function keepActor(
  outDir: string,
  name: KeptActor,
  actor: ActorParameters | undefined,
): void {
  onDisk(`cannot make ${outDir}`, () => mkdirSync(outDir, { recursive: true }))
  const path = pathOf(outDir, name)
  onDisk(`cannot clear ${path}`, () => rmSync(path, { force: true }))
  if (!actor) return
  const { shape, normClip, tensors } = actor
  writeAtomically(path, encodeCheckpoint({ progress: { shape, normClip }, arrays: tensors }))
}

/** Who a run needs; undefined where it was nobody. */
export function loadActor(outDir: string, name: KeptActor): ActorParameters | undefined {
  const path = pathOf(outDir, name)
  if (!existsSync(path)) return undefined
  const { progress, arrays } = decodeCheckpoint(readFileSync(path), path)
  return {
    shape: progress['shape'] as ActorShape,
    normClip: Number(progress['normClip']),
    tensors: arrays as ActorParameters['tensors'],
  }
}

const pathOf = (outDir: string, name: KeptActor): string => join(outDir, `${name}.bin`)

/**
 * Throws POLICY_MISMATCH when the environment observes or acts otherwise than the policy, or it does not remember in the
 * way that the algorithm asks for; one that asks for none takes any.
 */
export function checkWarmStart(
  { shape }: Pick<ActorParameters, 'shape'>,
  sizes: Pick<SourceShape, 'observation' | 'action'>,
  { memory }: Pick<ActorNetwork, 'memory'>,
): void {
  if (memory !== undefined && memory !== shape.memory) {
    const found = shape.memory ?? 'lstm'
    const message = `the algorithm asks for memory: ${memory}, the policy to start from has ${found}`
    throw new CodedError('POLICY_MISMATCH', message, {
      hint: 'take an algorithm that names no memory, such as ppo-fine-tune: it goes on with the one there is',
    })
  }
  for (const name of ['observation', 'action'] as const) {
    if (shape[name] === sizes[name]) continue
    const message = `expected a policy of ${name} size ${sizes[name]} to start from, found ${shape[name]}`
    throw new CodedError('POLICY_MISMATCH', message, {
      hint: 'start from a policy of the same task and arm',
    })
  }
}
