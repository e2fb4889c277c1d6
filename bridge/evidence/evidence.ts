import { createHash } from 'node:crypto'
import { type Bar, type EvidenceConfig, TRAINED } from './evidence.schema.ts'

/** A command to run, and what tells its result from that of another. */
export interface EvidenceJob {
  /** What it is a figure of, or trains; the same for every seed. */
  readonly name: string
  readonly args: readonly string[]
  readonly key: string
  /** Which of a training's seeds it belongs to, from 0. */
  readonly round: number
  /** What is asked of it; nothing of trainings that are cut short. */
  readonly bars: readonly Bar[]
  readonly training?: {
    readonly runDir: string
    /** What goes on with the run folder of a try that was cut off. */
    readonly resumeArgs: readonly string[]
  }
  /** Of a figure: key of the training whose policy it is taken of. */
  readonly of?: string
}

/** What came of a job: one line of `evidence.jsonl`. */
export interface EvidenceEntry {
  readonly name: string
  readonly key: string
  readonly command: string
  /** What the command printed last; absent when it failed. */
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: string
}

export interface EvidenceSetting {
  readonly isQuick: boolean
  /** Of the package: another version may give other figures. */
  readonly version: string
  /** Folder of the run folders of trainings. */
  readonly runsDir: string
  /** Bytes of a policy by name, undefined for a baseline. */
  readonly readPolicy: (name: string) => Uint8Array | undefined
}

/** No run takes so long: what it runs until ends it [min]. */
const ANY_MINUTES = 1_000_000

/**
 * Seed after seed, so that hours cut short leave whole rounds: the trainings of a round, then the figures of what they
 * trained.
 */
export function evidenceJobs(config: EvidenceConfig, setting: EvidenceSetting): EvidenceJob[] {
  const runs = config.trainings.flatMap((training) => trainingJobs(training, setting))
  const figures = config.figures.flatMap((figure) => figureJobs(figure, runs, setting))
  return [...runs, ...figures].sort((a, b) => a.round - b.round)
}

type TrainingJob = EvidenceJob & Required<Pick<EvidenceJob, 'training'>>

function trainingJobs(
  training: EvidenceConfig['trainings'][number],
  { isQuick, version, runsDir }: EvidenceSetting,
): TrainingJob[] {
  const { name, command, seeds } = training
  const bars = isQuick ? [] : training.bars
  const until = isQuick ? training.quickUntil : training.until
  return (isQuick ? seeds.slice(0, 1) : seeds).map((seed, round) => {
    const words = [...wordsOf(command), '--seed', String(seed), '--until', until]
    const key = keyOf(version, words)
    const runDir = `${runsDir}/${name}-${seed}-${key}`
    const minutes = ['--minutes', String(training.minutes ?? ANY_MINUTES)]
    const resumeArgs = ['train', '--resume', runDir, '--until', until, ...minutes]
    const args = [...words, ...minutes, '--out', runDir]
    return { name, key, args, round, bars, training: { runDir, resumeArgs } }
  })
}

function figureJobs(
  { name, command, episodes, quickEpisodes, bars }: EvidenceConfig['figures'][number],
  runs: readonly TrainingJob[],
  { isQuick, version, readPolicy }: EvidenceSetting,
): EvidenceJob[] {
  const words = [...wordsOf(command), '--episodes', String(isQuick ? quickEpisodes : episodes)]
  const [, trained] = TRAINED.exec(command) ?? []
  if (trained === undefined) {
    const policy = words[1] === undefined ? undefined : readPolicy(words[1])
    return [{ name, args: words, key: keyOf(version, words, policy), round: 0, bars }]
  }
  return runs
    .filter((run) => run.name === trained)
    .map(({ key, round, training }) => {
      const put = (policy: string) => words.map((word) => word.replace(TRAINED, () => policy))
      const args = put(`${training.runDir}/policy.onnx`)
      const asked = isQuick ? [] : bars
      return { name, args, key: keyOf(version, put(key)), round, bars: asked, of: key }
    })
}

const wordsOf = (command: string): string[] => command.trim().split(/\s+/)

function keyOf(version: string, args: readonly string[], policy?: Uint8Array): string {
  const hash = createHash('sha256').update(JSON.stringify([version, args]))
  if (policy !== undefined) hash.update(policy)
  return hash.digest('hex').slice(0, 16)
}

/** What a file holds of which lines may have been cut off. */
export interface ParsedEntries {
  readonly entries: readonly EvidenceEntry[]
  /** Numbers of the lines that were, from 1. */
  readonly cutOff: readonly number[]
}

export function parseEntries(text: string): ParsedEntries {
  const entries: EvidenceEntry[] = []
  const cutOff: number[] = []
  for (const [index, line] of text.split('\n').entries()) {
    try {
      if (line !== '') entries.push(JSON.parse(line) as EvidenceEntry)
    } catch {
      cutOff.push(index + 1)
    }
  }
  return { entries, cutOff }
}

/** Jobs without a result so far. */
export function openJobs(
  jobs: readonly EvidenceJob[],
  entries: readonly EvidenceEntry[],
): EvidenceJob[] {
  return jobs.filter(({ key }) => !isDone(key, entries))
}

/** Whether the job of that key has a result. */
export function isDone(of: string, entries: readonly EvidenceEntry[]): boolean {
  return entries.some(({ key, result }) => key === of && result !== undefined)
}
