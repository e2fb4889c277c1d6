import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { onDisk } from '../../configs/load/disk-error.ts'

/** Throws BRIDGE_DISK for files whose folder is not there or takes none: before minutes of work, not after them. */
export function checkFolders(files: readonly unknown[]): void {
  for (const file of files) {
    if (typeof file !== 'string') continue
    onDisk(`cannot write ${file}`, () => accessSync(dirname(file), constants.W_OK))
  }
}
