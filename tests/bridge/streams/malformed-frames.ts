import type { RandomStream } from '../../../robot/model/random.ts'

/** Values where something else is expected. */
const ODD: readonly unknown[] = [
  ...[null, true, -1, 1e308, 0.5, '', 'x'.repeat(300), [], {}, [[]]],
  ...[{ toString: 1 }, '__proto__', 'constructor', '/', '//', '\u0000', '𝄞', { length: -1 }],
  ...[Number.MAX_SAFE_INTEGER, '9'.repeat(40), Array.from({ length: 50 }, (_, k) => k)],
]

/** A frame that is nearly one of `frames`: a value replaced, a field gone or too many, bytes torn or flipped. */
export function malformed(frames: readonly object[], random: RandomStream): string {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random.uniform() * from.length)]!
  const frame = pick(frames)
  const kind = Math.floor(random.uniform() * 6)
  if (kind === 0) return JSON.stringify(frame).slice(0, Math.floor(random.uniform() * 60))
  if (kind === 1) return flipped(JSON.stringify(frame), random)
  if (kind === 2) return `${'['.repeat(2000)}${']'.repeat(2000)}`
  if (kind === 3) return `{"op":"${pick(['publish', 'subscribe'])}","__proto__":{"topic":"/x"}}`
  return JSON.stringify(replaced(frame, () => pick(ODD), random))
}

/** Bytes that look like a binary message, more or less. */
export function malformedBytes(random: RandomStream): Uint8Array {
  const bytes = Uint8Array.from({ length: Math.floor(random.uniform() * 64) }, () =>
    Math.floor(random.uniform() * 256),
  )
  if (bytes.length > 0 && random.uniform() < 0.7) bytes[0] = 1
  if (bytes.length > 4 && random.uniform() < 0.7) bytes.set([7, 0, 0, 0], 1)
  return bytes
}

function flipped(text: string, random: RandomStream): string {
  const bytes = Buffer.from(text)
  for (let k = 0; k < 3; k++) {
    const at = Math.floor(random.uniform() * bytes.length)
    bytes[at] = bytes[at]! ^ (1 << Math.floor(random.uniform() * 8))
  }
  return bytes.toString()
}

/** One of the values inside, at any depth, is another. */
function replaced(value: unknown, odd: () => unknown, random: RandomStream): unknown {
  if (typeof value !== 'object' || value === null) return odd()
  const keys = Object.keys(value)
  const key = keys[Math.floor(random.uniform() * keys.length)]
  if (key === undefined) return odd()
  const inner = (value as Record<string, unknown>)[key]
  const isDeeper = random.uniform() < 0.6
  const changed = isDeeper ? replaced(inner, odd, random) : odd()
  return { ...value, [key]: random.uniform() < 0.1 ? undefined : changed }
}
