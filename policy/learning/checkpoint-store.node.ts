import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { asCodedError, CodedError } from '../../configs/load/coded-error.ts'
import { onDisk } from '../../configs/load/disk-error.ts'
import { writeAtomically } from '../../configs/load/write-atomically.node.ts'
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'

const NUM_KEPT = 3
const BEST = 'best.ckpt'
const PATTERN = /^(\d{7})\.ckpt$/

export interface SaveOptions {
  /** Updates done. */
  readonly iteration: number
  /** Also keeps a copy as `best.ckpt`. */
  readonly isBest: boolean
}

/**
 * Saves `NNNNNNN.ckpt` in the folder and keeps the last three. Those of later updates are damaged, or the run would not
 * have gone on from before them: they go. Throws BRIDGE_DISK.
 */
export function saveCheckpoint(
  folder: string,
  checkpoint: Checkpoint,
  { iteration, isBest }: SaveOptions,
): string {
  onDisk(`cannot make ${folder}`, () => mkdirSync(folder, { recursive: true }))
  const bytes = encodeCheckpoint(checkpoint)
  const path = join(folder, `${String(iteration).padStart(7, '0')}.ckpt`)
  writeAtomically(path, bytes)
  if (isBest) writeAtomically(join(folder, BEST), bytes)
  const names = checkpointNames(folder)
  const kept = names.filter((name) => name <= basename(path)).slice(-NUM_KEPT)
  for (const name of names) if (!kept.includes(name)) rmSync(join(folder, name))
  return path
}

/** File names of the checkpoints in the folder, the newest first, then the best. */
export function listCheckpoints(folder: string): string[] {
  return [...latestCheckpoints(folder), ...bestName(folder)]
}

/** Those of the last updates, the newest first. */
export function latestCheckpoints(folder: string): string[] {
  return checkpointNames(folder).reverse()
}

/** Throws POLICY_CHECKPOINT_INVALID when it is not whole. @param name - one of `listCheckpoints` */
export function readCheckpoint(folder: string, name: string): Checkpoint {
  const path = join(folder, name)
  return decodeCheckpoint(readFileSync(path), path)
}

/** Whether there is something to go on with; a folder without is what a kill in the first second leaves. */
export function holdsCheckpoint(folder: string): boolean {
  return checkpointNames(folder).length > 0
}

export interface LoadedCheckpoint {
  readonly checkpoint: Checkpoint
  /** What is wrong with each newer one, which was passed over. */
  readonly damaged: readonly string[]
}

/** The newest checkpoint that is whole. Throws POLICY_CHECKPOINT_INVALID when there is none. */
export function loadLatestCheckpoint(folder: string): LoadedCheckpoint {
  const damaged: CodedError[] = []
  for (const name of listCheckpoints(folder)) {
    try {
      const checkpoint = readCheckpoint(folder, name)
      return { checkpoint, damaged: damaged.map(({ message }) => message) }
    } catch (cause) {
      const error = asCodedError(cause)
      if (error?.code !== 'POLICY_CHECKPOINT_INVALID') throw cause
      damaged.push(error)
    }
  }
  if (damaged.length > 0) throw damaged[0]!
  throw new CodedError('POLICY_CHECKPOINT_INVALID', `expected a checkpoint in ${folder}`, {
    hint: 'name a run folder that training has written, or train without --resume',
  })
}

/** What went into a poisoned update. Throws BRIDGE_DISK. */
export function saveDump(folder: string, dump: Checkpoint, iteration: number): string {
  onDisk(`cannot make ${folder}`, () => mkdirSync(folder, { recursive: true }))
  const path = join(folder, `${String(iteration).padStart(7, '0')}.dump`)
  writeAtomically(path, encodeCheckpoint(dump))
  return path
}

function checkpointNames(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => PATTERN.test(name))
      .sort()
  } catch {
    return []
  }
}

function bestName(folder: string): string[] {
  return existsSync(join(folder, BEST)) ? [BEST] : []
}
