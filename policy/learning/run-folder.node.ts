import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { join } from 'node:path'
import { parse, parseDocument, stringify } from 'yaml'
import { onDisk } from '../../configs/load/disk-error.ts'
import { packageRoot } from '../../configs/load/load.node.ts'
import { UNFINISHED, writeAtomically } from '../../configs/load/write-atomically.node.ts'
import { type ReportInput, renderReport } from './report.ts'
import { encodeFileVersion, encodeScalars } from './tensorboard.ts'
import type { TrainEvent } from './train-events.ts'

/** In the run folder. */
export const CHECKPOINTS = 'checkpoints'

/** Writes `config.yaml`: every value a run depends on, and where it ran. Throws BRIDGE_DISK. */
export function writeRunConfig(outDir: string, resolved: Readonly<Record<string, unknown>>): void {
  onDisk(`cannot make ${outDir}`, () => mkdirSync(outDir, { recursive: true }))
  const origin = {
    ...describeCommit(),
    node: process.version,
    platform: `${platform()}-${arch()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    numCpus: cpus().length,
  }
  const text = stringify({ ...resolved, origin }, { aliasDuplicateObjects: false })
  writeAtomically(join(outDir, 'config.yaml'), text)
}

/** A run goes on towards another limit: the rest of `config.yaml` stays as it was written. Throws BRIDGE_DISK. */
export function storeLimit(outDir: string, minutes: number): void {
  const path = join(outDir, 'config.yaml')
  const stored = parseDocument(readFileSync(path, 'utf8'))
  if (stored.getIn(['train', 'minutes']) === minutes) return
  stored.setIn(['train', 'minutes'], minutes)
  writeAtomically(path, stored.toString())
}

/** The commit that the config of a run says it was made with. */
export function commitOfRun(runFolder: string): string {
  const stored = parse(readFileSync(join(runFolder, 'config.yaml'), 'utf8')) as {
    origin?: { commit?: string | null }
  }
  return stored.origin?.commit ?? 'unknown'
}

/** A CPU profile of the learner's thread, for Chrome's DevTools. Throws BRIDGE_DISK. */
export function writeProfile(outDir: string, profile: string): void {
  writeAtomically(join(outDir, 'learner.cpuprofile'), profile)
}

/** Removes what a session that was killed left half written; nothing whole ends like this. */
export function removeUnfinished(outDir: string): void {
  for (const name of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith(UNFINISHED)) rmSync(join(outDir, name), { force: true })
  }
}

/** Commit of the code, `unknown` outside a checkout, and whether tracked files had changed. */
export function describeCommit(): { commit: string; isDirty: boolean } {
  const git = (...args: string[]): string => {
    const { stdout, status } = spawnSync('git', args, { cwd: packageRoot(), encoding: 'utf8' })
    return status === 0 ? stdout.trim() : ''
  }
  return {
    commit: git('rev-parse', 'HEAD') || 'unknown',
    isDirty: git('status', '--porcelain', '--untracked-files=no') !== '',
  }
}

/** Writes `report.html` from `metrics.jsonl` and what is given. */
export function writeReport(outDir: string, report: Omit<ReportInput, 'events'>): void {
  const lines = readFileSync(join(outDir, 'metrics.jsonl'), 'utf8').split('\n')
  const events = lines.filter(Boolean).map((line) => JSON.parse(line) as TrainEvent)
  const html = renderReport({ ...report, events })
  writeAtomically(join(outDir, 'report.html'), html)
}

/** Appends events to `metrics.jsonl` and scalars to a TensorBoard event file. Throws BRIDGE_DISK. */
export class MetricsLog {
  readonly #jsonl: string
  readonly #tensorboard: string

  /**
   * @param iteration - updates done before this session; later lines of a session that was cut off
   *   after its last checkpoint are dropped
   */
  constructor(outDir: string, iteration: number) {
    this.#jsonl = join(outDir, 'metrics.jsonl')
    const startS = Math.floor(Date.now() / 1000)
    this.#tensorboard = join(outDir, `events.out.tfevents.${startS}.${process.pid}.sim2arm`)
    onDisk(`cannot write into ${outDir}`, () => {
      mkdirSync(outDir, { recursive: true })
      writeFileSync(this.#tensorboard, encodeFileVersion(startS))
    })
    if (existsSync(this.#jsonl)) this.#dropAfter(iteration)
  }

  append(event: TrainEvent): void {
    const scalars = scalarsOf(event)
    onDisk(`cannot write ${this.#jsonl}`, () => {
      appendFileSync(this.#jsonl, `${JSON.stringify(event)}\n`)
      if (!scalars) return
      appendFileSync(this.#tensorboard, encodeScalars(Date.now() / 1000, event.iteration, scalars))
    })
  }

  #dropAfter(iteration: number): void {
    const isKept = (line: string) => {
      try {
        return (JSON.parse(line) as TrainEvent).iteration <= iteration
      } catch {
        return false
      }
    }
    const lines = readFileSync(this.#jsonl, 'utf8').split('\n').filter(isKept)
    const text = lines.map((line) => `${line}\n`).join('')
    writeAtomically(this.#jsonl, text)
  }
}

function scalarsOf(event: TrainEvent): Record<string, number> | undefined {
  switch (event.kind) {
    case 'update': {
      const { success, runningSuccess, meanReturn, meanDistanceM, width, stepsPerS } = event
      return prefixed({
        train: { success, runningSuccess, meanReturn, meanDistanceM, width, stepsPerS },
        update: event.figures,
        time: { ...event.times },
      })
    }
    case 'evaluation':
      return prefixed({
        eval: { success: event.success, meanDistanceM: event.meanDistanceM ?? Number.NaN },
      })
    case 'checkpoint':
    case 'skipped':
    case 'warning':
      return undefined
  }
}

function prefixed(groups: Readonly<Record<string, Readonly<Record<string, number>>>>) {
  const entries = Object.entries(groups).flatMap(([group, values]) =>
    Object.entries(values).map(([name, value]) => [`${group}/${name}`, value] as const),
  )
  return Object.fromEntries(entries)
}
