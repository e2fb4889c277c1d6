import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { onDisk } from '../../configs/load/disk-error.ts'
import { policyPath } from '../../policy/file/policy-file.node.ts'

/** One evaluation as `eval --json` prints it. */
export interface CardEntry {
  readonly policy: string
  readonly task: string
  readonly arm: string
  readonly world: string
  readonly reality: string | null
  readonly randomization: string | null
  readonly episodes: number
  readonly success: Readonly<Record<string, { readonly rate: number }>>
}

/** Where the card of a policy lies: its evaluations, one JSON line each, beside the policy file. */
export function cardPath(policy: string): string {
  return policyPath(policy).replace(/\.onnx$/, '.card.jsonl')
}

/** The evaluations on a policy's card; none when it has no card. */
export function readCard(policy: string): CardEntry[] {
  return readEntries(cardPath(policy)) as unknown as CardEntry[]
}

/** The entries of a card or any JSON-lines file; none when there is no such file. */
export function readEntries(file: string): Readonly<Record<string, unknown>>[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
}

/** Appends an evaluation to a card or any JSON-lines file. Throws BRIDGE_DISK. */
export function appendEntry(file: string, entry: Readonly<Record<string, unknown>>): void {
  onDisk(`cannot write ${file}`, () => appendFileSync(file, `${JSON.stringify(entry)}\n`))
}
