import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { CodedError } from '../../configs/load/coded-error.ts'
import { onDisk } from '../../configs/load/disk-error.ts'

/** In the run folder while something trains into it, or did when it was killed. */
const LOCK = 'training.json'

interface Holder {
  readonly pid: number
  readonly host: string
  /** When the process began, where the system says so: numbers of processes are given again. */
  readonly began: string | null
}

/**
 * Keeps others from training into a folder, until what is returned is called or this process ends, however it ends.
 * Throws BRIDGE_FOLDER_TAKEN where another one does already, and BRIDGE_DISK.
 */
export function holdRun(outDir: string): () => void {
  const lock = join(outDir, LOCK)
  const own: Holder = { pid: process.pid, host: hostname(), began: beginOf(process.pid) }
  onDisk(`cannot make ${outDir}`, () => mkdirSync(outDir, { recursive: true }))
  onDisk(`cannot write ${lock}`, () => {
    do removeLeft(lock, outDir)
    while (!isCreated(lock, `${JSON.stringify(own)}\n`))
  })
  return () => {
    rmSync(lock, { force: true })
    // A training that could not begin leaves nothing.
    if (existsSync(outDir) && readdirSync(outDir).length === 0) rmdirSync(outDir)
  }
}

/** Number of the process that is training into a folder; undefined where none on this machine is. */
export function trainingProcess(outDir: string): number | undefined {
  try {
    return holderOf(readFileSync(join(outDir, LOCK), 'utf8'))
  } catch {
    return undefined
  }
}

/** Takes away the lock of a process that is gone. Throws BRIDGE_FOLDER_TAKEN where it is not gone. */
function removeLeft(lock: string, outDir: string): void {
  const left = unlessGone(() => readFileSync(lock, 'utf8'))
  if (left === undefined) return
  const pid = holderOf(left)
  if (pid !== undefined) {
    throw new CodedError('BRIDGE_FOLDER_TAKEN', `process ${pid} is training into ${outDir}`, {
      hint: 'end it first, with Ctrl-C where it runs or from its page',
    })
  }
  const aside = asideOf(lock)
  unlessGone(() => renameSync(lock, aside))
  const taken = unlessGone(() => readFileSync(aside, 'utf8'))
  rmSync(aside, { force: true })
  // Somebody was quicker, whose lock this is.
  if (taken !== undefined && taken !== left) isCreated(lock, taken)
}

/** Whether nobody was quicker. The lock is there with all that it says, or not at all. */
function isCreated(lock: string, text: string): boolean {
  const draft = asideOf(lock)
  writeFileSync(draft, text)
  try {
    linkOrCopy(draft, lock)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft)
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw error
    // Not every file system has links.
    copyFileSync(from, to, constants.COPYFILE_EXCL)
  }
}

/** This process's own, beside the lock. */
const asideOf = (lock: string): string => `${lock}.${process.pid}`

function unlessGone<T>(access: () => T): T | undefined {
  try {
    return access()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** Number of the process that a lock names; undefined where it is none of this machine that is still there. */
function holderOf(text: string): number | undefined {
  const holder = parseHolder(text)
  if (holder === undefined || holder.host !== hostname() || !isAlive(holder.pid)) return undefined
  return holder.began === beginOf(holder.pid) ? holder.pid : undefined
}

/** Undefined for half a lock, as a failure of power leaves it. */
function parseHolder(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's process.
    return codeOf(error) === 'EPERM'
  }
}

/** Field 22 of `/proc/PID/stat` (proc(5)): clock ticks after the machine's start; null where there is no such file. */
function beginOf(pid: number): string | null {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return null
  const text = readFileSync(file, 'utf8')
  // The second field, the name in brackets, may hold anything.
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[22 - 3] ?? null
}
