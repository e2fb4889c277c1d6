import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { unknownNameHint } from '../../configs/load/closest-name.ts'
import { CodedError } from '../../configs/load/coded-error.ts'
import { diskError, onDisk } from '../../configs/load/disk-error.ts'
import { packageRoot } from '../../configs/load/load.node.ts'
import { writeAtomically } from '../../configs/load/write-atomically.node.ts'
import { type PolicyFile, readPolicyFile, writePolicyFile } from './policy-file.ts'

const EXTENSION = '.onnx'

/**
 * The checked policy at a path (anything with a slash, or ending in `.onnx`) or `policy/zoo/<name>.onnx`.
 * Throws CONFIG_FILE_MISSING or CONFIG_UNKNOWN_NAME, besides what `readPolicyFile` throws; the hint for an unknown name
 * knows `others` too, who may be named where a policy may.
 */
export function loadPolicyFile(nameOrPath: string, others: readonly string[] = []): PolicyFile {
  const file = policyPath(nameOrPath, others)
  const bytes = readBytes(file)
  try {
    return readPolicyFile(bytes)
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause
    throw new CodedError(cause.code, `${file}: ${cause.message}`, {
      cause,
      ...(cause.hint === undefined ? {} : { hint: cause.hint }),
    })
  }
}

/** Where a policy of that name or path lies; a name must exist in the zoo, a path need not exist. */
export function policyPath(nameOrPath: string, others: readonly string[] = []): string {
  if (/[/\\]/.test(nameOrPath) || nameOrPath.endsWith(EXTENSION)) return nameOrPath
  const zoo = listZoo()
  if (!zoo.includes(nameOrPath)) {
    throw new CodedError('CONFIG_UNKNOWN_NAME', `no policy "${nameOrPath}" in policy/zoo`, {
      hint: `${unknownNameHint(nameOrPath, [...zoo, ...others])} (a path ends in ${EXTENSION} or has a slash)`,
    })
  }
  return join(zooFolder(), nameOrPath + EXTENSION)
}

/** Names of the shipped policies, sorted. */
export function listZoo(): string[] {
  if (!existsSync(zooFolder())) return []
  return readdirSync(zooFolder())
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => file.slice(0, -EXTENSION.length))
    .sort()
}

/** Writes the policy whole or not at all; missing folders are made. Throws BRIDGE_DISK when the disk is full or refuses. */
export function savePolicyFile(path: string, policy: Parameters<typeof writePolicyFile>[0]): void {
  const bytes = writePolicyFile(policy)
  onDisk(`cannot write ${path}`, () => mkdirSync(dirname(path), { recursive: true }))
  writeAtomically(path, bytes)
}

function zooFolder(): string {
  return join(packageRoot(), 'policy', 'zoo')
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException
    if (error.code !== 'ENOENT') throw diskError(`cannot read ${file}`, error)
    throw new CodedError('CONFIG_FILE_MISSING', `expected a policy file at ${file}, found none`, {
      hint: `check the path, or name one of the shipped policies: ${listZoo().join(', ') || 'none yet'}`,
      cause,
    })
  }
}
