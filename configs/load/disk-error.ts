import { CodedError } from './coded-error.ts'

/**
 * Runs what reads or writes files and hands on its result. Throws BRIDGE_DISK, with what to do about it,
 * when the disk is full or refuses; errors that do not come from the file system pass unchanged.
 *
 * @param what - what cannot be done then: `cannot write runs/a/config.yaml`
 */
export function onDisk<T>(what: string, access: () => T): T {
  try {
    return access()
  } catch (cause) {
    throw isSystemError(cause) ? diskError(what, cause) : cause
  }
}

/** BRIDGE_DISK for an error of the file system. */
export function diskError(what: string, cause: NodeJS.ErrnoException): CodedError {
  const code = cause.code ?? 'unknown'
  return new CodedError('BRIDGE_DISK', `${what} (${code})`, {
    hint: HINTS[code] ?? 'check the path and the disk',
    cause,
  })
}

const FULL = 'the disk is full: free some space and try again'
const NO_PERMISSION = 'no permission: choose another folder, or change its rights'

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: 'the file may not grow any more: raise the limit (ulimit -f) or free some space',
  EACCES: NO_PERMISSION,
  EPERM: NO_PERMISSION,
  EROFS: 'the file system is read-only: choose another folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a part of the path is a file, not a folder',
  EISDIR: 'the path is a folder: name a file in it',
  ENOENT: 'the folder does not exist: make it, or check the path',
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}
