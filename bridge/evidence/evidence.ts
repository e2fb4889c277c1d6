import { createHash } from 'node:crypto'
import type { EvidenceConfig } from './evidence.schema.ts'

/** A command to run, and what tells its result from that of another. */
export interface EvidenceJob {
  readonly name: string
  readonly args: readonly string[]
  readonly key: string
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
  /** Bytes of a policy by name, undefined for a baseline. */
  readonly readPolicy: (name: string) => Uint8Array | undefined
}

export function evidenceJobs(
  { figures }: EvidenceConfig,
  { isQuick, version, readPolicy }: EvidenceSetting,
): EvidenceJob[] {
  return figures.map(({ name, command, episodes, quickEpisodes }) => {
    const words = command.trim().split(/\s+/)
    const args = [...words, '--episodes', String(isQuick ? quickEpisodes : episodes)]
    const hash = createHash('sha256').update(JSON.stringify([version, args]))
    const policy = words[1] === undefined ? undefined : readPolicy(words[1])
    if (policy !== undefined) hash.update(policy)
    return { name, args, key: hash.digest('hex').slice(0, 16) }
  })
}

/** The entries of a file that may have been cut off in its last line. */
export function parseEntries(text: string): EvidenceEntry[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as EvidenceEntry]
    } catch {
      return []
    }
  })
}

/** Jobs without a result so far. */
export function openJobs(
  jobs: readonly EvidenceJob[],
  entries: readonly EvidenceEntry[],
): EvidenceJob[] {
  const done = new Set(entries.flatMap(({ key, result }) => (result === undefined ? [] : [key])))
  return jobs.filter(({ key }) => !done.has(key))
}

interface Rate {
  readonly rate: number
  readonly low: number
  readonly high: number
}

/** The figures as a Markdown table, in the order of the jobs; – where there is none yet. */
export function evidenceTable(
  jobs: readonly EvidenceJob[],
  entries: readonly EvidenceEntry[],
): string {
  const rows = jobs.map(({ name, key }) => {
    const entry = entries.findLast((each) => each.key === key)
    const { episodes, success } = (entry?.result ?? {}) as {
      episodes?: number
      success?: Readonly<Record<string, Rate>>
    }
    const missing = entry?.error ?? '–'
    const rates = Object.entries(success ?? {}).map(
      ([thresholdM, rate]) => `${centimetres(thresholdM)}: ${describe(rate)}`,
    )
    return `| ${name} | ${episodes ?? '–'} | ${rates.length > 0 ? rates.join(', ') : missing} |`
  })
  return ['| what | episodes | success (95 % Wilson) |', '|---|---|---|', ...rows, ''].join('\n')
}

function centimetres(thresholdM: string): string {
  return `${Number((Number(thresholdM) * 100).toFixed(2))} cm`
}

function describe({ rate, low, high }: Rate): string {
  const percent = (share: number) => (share * 100).toFixed(1)
  return `${percent(rate)} % (${percent(low)}–${percent(high)})`
}
