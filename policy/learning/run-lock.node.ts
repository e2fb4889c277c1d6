import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { CodedError } from '../../configs/load/coded-error.ts'
import { onDisk } from '../../configs/load/disk-error.ts'
import { writeAtomically } from './checkpoint-store.node.ts'

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
  const pid = trainingProcess(outDir)
  if (pid !== undefined) {
    throw new CodedError('BRIDGE_FOLDER_TAKEN', `process ${pid} is training into ${outDir}`, {
      hint: 'end it first, with Ctrl-C where it runs or from its page',
    })
  }
  onDisk(`cannot make ${outDir}`, () => mkdirSync(outDir, { recursive: true }))
  const own: Holder = { pid: process.pid, host: hostname(), began: beginOf(process.pid) }
  writeAtomically(join(outDir, LOCK), new TextEncoder().encode(`${JSON.stringify(own)}\n`))
  return () => {
    rmSync(join(outDir, LOCK), { force: true })
    // A training that could not begin leaves nothing.
    if (existsSync(outDir) && readdirSync(outDir).length === 0) rmdirSync(outDir)
  }
}

/** Number of the process that is training into a folder; undefined where none on this machine is. */
export function trainingProcess(outDir: string): number | undefined {
  const holder = readHolder(join(outDir, LOCK))
  if (holder === undefined || holder.host !== hostname() || !isAlive(holder.pid)) return undefined
  return holder.began === beginOf(holder.pid) ? holder.pid : undefined
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder
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
    return (error as NodeJS.ErrnoException).code === 'EPERM'
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
