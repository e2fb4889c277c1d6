import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { CodedError } from '../../configs/load/coded-error.ts'
import { onDisk } from '../../configs/load/disk-error.ts'

/**
 * Writes the files of a dataset to a folder that is not there yet, or empty; all of it or nothing.
 *
 * @param files - by path below the folder
 * @throws BRIDGE_DISK
 */
export function writeDataset(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
): void {
  const path = resolve(folder)
  if (existsSync(path) && !isEmptyFolder(path)) {
    throw new CodedError('BRIDGE_DISK', `cannot write a dataset to ${folder}: it is not empty`, {
      hint: 'name a new folder',
    })
  }
  onDisk(`cannot write ${folder}`, () => {
    mkdirSync(dirname(path), { recursive: true })
    const unfinished = mkdtempSync(join(dirname(path), `.${basename(path)}-`))
    try {
      for (const [name, content] of files) {
        mkdirSync(dirname(join(unfinished, name)), { recursive: true })
        writeFileSync(join(unfinished, name), content)
      }
      renameSync(unfinished, path)
    } finally {
      rmSync(unfinished, { recursive: true, force: true })
    }
  })
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0
  } catch {
    return false
  }
}
