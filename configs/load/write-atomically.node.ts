import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { onDisk } from './disk-error.ts'

/** How the name of a file ends that is not whole yet; a process that is killed leaves it behind. */
export const UNFINISHED = '.part'

/**
 * Either the old file or the whole new one, also after a power cut (write, sync, rename). What a link points to is
 * replaced and the link stays; a device or a pipe is written to as it is. Throws BRIDGE_DISK.
 */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  onDisk(`cannot write ${path}`, () => {
    const there = statSync(path, { throwIfNoEntry: false })
    if (there === undefined) replace(path, content)
    else if (there.isFile()) replace(realpathSync(path), content)
    else writeFileSync(path, content)
  })
}

function replace(path: string, content: string | Uint8Array): void {
  const unfinished = `${path}.${process.pid}${UNFINISHED}`
  try {
    writeSynced(unfinished, content)
    renameSync(unfinished, path)
  } catch (cause) {
    rmSync(unfinished, { force: true })
    throw cause
  }
  syncFolder(dirname(path))
}

function writeSynced(path: string, content: string | Uint8Array): void {
  const file = openSync(path, 'w')
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
