import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { RunLog } from './run-log.ts'
import type { MetricsPart, RunSummary, TrainingRun } from './training-run.ts'

/** At most this much of a log is sent at once [bytes]. */
const MAX_PART = 4_000_000
/** How much of a log's end tells how far a run has come [bytes]. */
const END_BYTES = 250_000
const NEWLINE = 10

/** Whether a training has written into a folder. */
export function isRunFolder(folder: string): boolean {
  return ['metrics.jsonl', 'config.yaml'].some((name) => existsSync(join(folder, name)))
}

/** What is trained, as far as its config tells. */
export function readTrainingRun(folder: string): TrainingRun {
  const name = basename(resolve(folder))
  const file = join(folder, 'config.yaml')
  const { algorithm, arm, minutes, randomization, task } = existsSync(file) ? readConfig(file) : {}
  const about = [task, arm, randomization, algorithm].filter((word) => typeof word === 'string')
  return { name, about: about.join(' · '), limitS: minutes === undefined ? null : 60 * minutes }
}

/** Nothing where it is no config of a run: somebody else's, or cut off. */
function readConfig(file: string): Config {
  try {
    const config = parse(readFileSync(file, 'utf8')) as { train?: Config } | null
    return config?.train ?? {}
  } catch {
    return {}
  }
}

interface Config {
  readonly task?: string
  readonly arm?: string
  readonly randomization?: string
  readonly algorithm?: string
  readonly minutes?: number
}

type Progress = Pick<RunSummary, 'steps' | 'wallS' | 'evaluated' | 'ageS'>

/** How far a run has come, from the end of its log. */
export function readRunProgress(folder: string): Progress {
  const path = join(folder, 'metrics.jsonl')
  if (!existsSync(path)) return { steps: null, wallS: null, evaluated: null, ageS: null }
  const { ino, size } = statSync(path)
  const part = readMetricsPart(folder, String(ino), Math.max(0, size - END_BYTES))
  const log = new RunLog()
  log.add(part)
  const { steps = null, wallS = null } = log.updates.at(-1) ?? {}
  return { steps, wallS, evaluated: log.evaluations.at(-1) ?? null, ageS: part.ageS }
}

/**
 * The whole lines of `metrics.jsonl` from byte `from` on; from its beginning where it is no longer `file`,
 * as after a resumed run has dropped its last lines.
 */
export function readMetricsPart(folder: string, file: string, from: number): MetricsPart {
  const path = join(folder, 'metrics.jsonl')
  if (!existsSync(path)) return { file: '', from: 0, next: 0, text: '', ageS: null }
  const handle = openSync(path, 'r')
  try {
    const { ino, mtimeMs, size } = fstatSync(handle)
    const isSame = String(ino) === file && from >= 0 && from <= size
    const begin = isSame ? from : 0
    const bytes = new Uint8Array(Math.min(MAX_PART, size - begin))
    const numRead = readSync(handle, bytes, 0, bytes.length, begin)
    const numWhole = bytes.subarray(0, numRead).lastIndexOf(NEWLINE) + 1
    const text = new TextDecoder().decode(bytes.subarray(0, numWhole))
    const ageS = Math.max(0, (Date.now() - mtimeMs) / 1000)
    return { file: String(ino), from: begin, next: begin + numWhole, text, ageS }
  } finally {
    closeSync(handle)
  }
}
