import type { ClientOperation } from './operations.schema.ts'

type Fragment = Extract<ClientOperation, { op: 'fragment' }>

/** What one peer may have under way. */
const MAX_MESSAGES = 8
const MAX_CHARS = 1 << 20

/** Cuts a frame into frames of at most `size` characters of it each. */
export function fragmentText(text: string, size: number, id: string): string[] {
  if (text.length <= size) return [text]
  const total = Math.ceil(text.length / size)
  return Array.from({ length: total }, (_, num) =>
    JSON.stringify({
      op: 'fragment',
      id,
      data: text.slice(num * size, (num + 1) * size),
      num,
      total,
    }),
  )
}

/** Puts fragments together again, in whatever order they come. */
export class FragmentStore {
  readonly #parts = new Map<string, (string | undefined)[]>()
  #numChars = 0

  /** The whole text with its last fragment, null before that. Too much at once forgets the oldest. */
  add({ id, data, num, total }: Fragment): string | null {
    const key = String(id)
    const parts = this.#parts.get(key) ?? new Array<string | undefined>(total).fill(undefined)
    if (num >= parts.length || total !== parts.length) return null
    this.#parts.set(key, parts)
    this.#numChars += data.length - (parts[num]?.length ?? 0)
    parts[num] = data
    if (parts.every((part) => part !== undefined)) {
      this.#forget(key)
      return parts.join('')
    }
    while (this.#parts.size > MAX_MESSAGES || this.#numChars > MAX_CHARS) {
      const [oldest] = this.#parts.keys()
      if (oldest === undefined) break
      this.#forget(oldest)
    }
    return null
  }

  #forget(key: string): void {
    for (const part of this.#parts.get(key) ?? []) this.#numChars -= part?.length ?? 0
    this.#parts.delete(key)
  }
}
