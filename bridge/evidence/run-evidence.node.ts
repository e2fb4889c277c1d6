import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onDisk } from '../../configs/load/disk-error.ts'
import { packageRoot } from '../../configs/load/load.node.ts'
import { holdsCheckpoint } from '../../policy/learning/checkpoint-store.node.ts'
import { CHECKPOINTS } from '../../policy/learning/run-folder.node.ts'
import { appendEntry } from '../deploy/policy-card.node.ts'
import { type EvidenceEntry, type EvidenceJob, isDone, openJobs, parseEntries } from './evidence.ts'
import { type EvidenceSection, evidenceTable } from './evidence-table.ts'

export interface RunEvidenceOptions {
  readonly sections: readonly EvidenceSection[]
  /** Receives `evidence.jsonl`, which a later run goes on with, and `evidence.md`. */
  readonly outDir: string
  readonly signal: AbortSignal
  /** Evaluations in virtual time that run beside each other, which no result depends on; all else runs alone. */
  readonly atOnce?: number
  /** Called before each job with its number among the open ones. */
  readonly onJob: (job: EvidenceJob, index: number, numOpen: number) => void
  /** Called with each line of `evidence.jsonl` that is left out: `evidence/evidence.jsonl:3`. */
  readonly onCutOff: (place: string) => void
  /** Runs a job; only tests take another. */
  readonly run?: typeof runCommand
}

/** Runs what has no result yet, in order. Failures are noted and do not stop the rest. */
export async function runEvidence(options: RunEvidenceOptions): Promise<readonly EvidenceEntry[]> {
  const { sections, outDir, signal, atOnce = 1, onJob, onCutOff, run = runCommand } = options
  const file = join(outDir, 'evidence.jsonl')
  onDisk(`cannot make ${outDir}`, () => mkdirSync(outDir, { recursive: true }))
  const read = () => parseEntries(existsSync(file) ? readFileSync(file, 'utf8') : '')
  const { entries, cutOff } = read()
  for (const line of cutOff) onCutOff(`${file}:${line}`)
  const open = openJobs(
    sections.flatMap(({ jobs }) => jobs),
    entries,
  )
  await playAll(open, atOnce, async (job, index) => {
    if (signal.aborted) return
    onJob(job, index, open.length)
    // What a training has left that was cut off is another policy.
    const isTrained = job.of === undefined || isDone(job.of, read().entries)
    const outcome = isTrained ? await run(argsOf(job), signal) : { error: 'not trained' }
    if (signal.aborted) return
    const { name, key, args } = job
    appendEntry(file, { name, key, command: `sim2arm ${args.join(' ')}`, ...outcome })
    writeTable(outDir, sections, read().entries)
  })
  writeTable(outDir, sections, read().entries)
  return read().entries
}

/** Begins jobs in their order, as soon as there is room; leaves none running. */
async function playAll(
  jobs: readonly EvidenceJob[],
  atOnce: number,
  play: (job: EvidenceJob, index: number) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  let room = atOnce
  try {
    for (const [index, job] of jobs.entries()) {
      const ownRoom = roomFor(job, atOnce)
      while (running.size >= Math.min(room, ownRoom)) await Promise.race(running)
      room = ownRoom
      const played = play(job, index).finally(() => running.delete(played))
      running.add(played)
    }
    await Promise.all(running)
  } finally {
    await Promise.allSettled(running)
  }
}

/** A training takes all cores, and what runs against the clock wants them to itself. */
function roomFor({ args, training }: EvidenceJob, atOnce: number): number {
  const isVirtual = args[0] === 'eval' && !args.includes('--real-time')
  return training === undefined && isVirtual ? atOnce : 1
}

/** A training that was cut off goes on from its newest checkpoint. */
const argsOf = ({ args, training }: EvidenceJob): readonly string[] =>
  training !== undefined && holdsCheckpoint(join(training.runDir, CHECKPOINTS))
    ? training.resumeArgs
    : args

function writeTable(
  outDir: string,
  sections: readonly EvidenceSection[],
  entries: readonly EvidenceEntry[],
): void {
  const file = join(outDir, 'evidence.md')
  onDisk(`cannot write ${file}`, () => writeFileSync(file, evidenceTable(sections, entries)))
}

type Outcome = Pick<EvidenceEntry, 'result' | 'error'>

/** Runs the command line in a process of its own; its last line of JSON is the result. */
async function runCommand(args: readonly string[], signal: AbortSignal): Promise<Outcome> {
  const program = join(packageRoot(), 'bridge', 'sim2arm.js')
  const child = spawn(process.execPath, [program, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const stop = () => child.kill('SIGINT')
  signal.addEventListener('abort', stop)
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null))
    child.on('close', resolve)
  })
  signal.removeEventListener('abort', stop)
  const last = text.trimEnd().split('\n').at(-1) ?? ''
  const parsed = parseEntries(last).entries[0] as
    | { type?: string; error?: { code?: string } }
    | undefined
  if (code === 0 && parsed?.type === 'result') return { result: { ...parsed } }
  return { error: parsed?.error?.code ?? `ended with ${code ?? 'no'} exit code` }
}
