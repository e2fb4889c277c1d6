import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs'
import { CodedError } from '../../configs/load/coded-error.ts'
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

/** The evaluations on a policy's card; none when it has no card. Throws CONFIG_SYNTAX. */
export function readCard(policy: string): CardEntry[] {
  return readEntries(cardPath(policy)) as unknown as CardEntry[]
}

/** The entries of a card or any JSON-lines file; none when there is no such file. Throws CONFIG_SYNTAX and BRIDGE_DISK. */
export function readEntries(file: string): Readonly<Record<string, unknown>>[] {
  if (!existsSync(file)) return []
  const lines = onDisk(`cannot read ${file}`, () => readFileSync(file, 'utf8')).split('\n')
  return lines.flatMap((line, index) =>
    line.trim() === '' ? [] : [parseEntry(line, `${file}:${index + 1}`)],
  )
}

function parseEntry(line: string, place: string): Readonly<Record<string, unknown>> {
  const entry = parseJson(line)
  if (typeof entry === 'object' && entry !== null && !Array.isArray(entry)) {
    return entry as Readonly<Record<string, unknown>>
  }
  const message = `${place}: expected an entry in JSON, found a line that was cut off or edited`
  throw new CodedError('CONFIG_SYNTAX', message, { hint: 'mend the line or take it out' })
}

/** Undefined where it is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Appends an evaluation to a card or any JSON-lines file, as a line of its own. Throws BRIDGE_DISK. */
export function appendEntry(file: string, entry: Readonly<Record<string, unknown>>): void {
  onDisk(`cannot write ${file}`, () => {
    const begin = isCutOff(file) ? '\n' : ''
    appendFileSync(file, `${begin}${JSON.stringify(entry)}\n`)
  })
}

/** Whether the last line has no end, as a kill or a full disk leaves it. */
function isCutOff(file: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size === 0) return false
  const last = Buffer.alloc(1)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, last, 0, 1, size - 1)
  } finally {
    closeSync(handle)
  }
  return last.toString() !== '\n'
}
