import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { encodeRecording } from '../../../bridge/recording/encode-recording.ts'
import { readRecording } from '../../../bridge/recording/read-recording.node.ts'
import { numberedObservations } from './observations.ts'

const folder = mkdtempSync(join(tmpdir(), 'sim2arm-cut-'))
afterAll(() => rmSync(folder, { recursive: true }))

const MAGIC_BYTES = 8
/** A record begins with what it is and how long it is (https://mcap.dev/spec#records). */
const HEAD_BYTES = 9

/** Three chunks of observations, each with its number. */
const messages = numberedObservations(60, 800)

/** Where each record of the file begins, from what the records themselves say. */
function recordsOf(bytes: Uint8Array): { begin: number; end: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const records: { begin: number; end: number }[] = []
  for (let begin = MAGIC_BYTES; begin < bytes.length - MAGIC_BYTES; ) {
    const end = begin + HEAD_BYTES + Number(view.getBigUint64(begin + 1, true))
    records.push({ begin, end })
    begin = end
  }
  return records
}

describe('a recording that breaks off', () => {
  it('is told from what is no recording at all', () => {
    const file = join(folder, 'no.mcap')
    for (const text of ['x', 'hello', 'a text that is longer than it takes']) {
      writeFileSync(file, text)
      expect(() => readRecording(file, []), text).toThrow(/cannot read .*: it is no MCAP/)
    }
  })

  it('gives what is whole, wherever it was cut', async () => {
    const bytes = await encodeRecording('test', messages, { task: 'push' })
    const records = recordsOf(bytes)
    expect(records.length).toBeGreaterThan(10)
    const cuts = records.flatMap(({ begin, end }) => [
      // Before a record, inside its head, at its content's beginning, in its middle and just before its end.
      ...[begin, begin + 1, begin + 5, begin + HEAD_BYTES, begin + HEAD_BYTES + 1],
      ...[Math.floor((begin + end) / 2), end - 1],
    ])
    const whole = [...new Set([0, 1, MAGIC_BYTES - 1, ...cuts, bytes.length - 1])].sort(
      (a, b) => a - b,
    )
    let most = 0
    for (const cut of whole) {
      const file = join(folder, 'cut.mcap')
      writeFileSync(file, bytes.subarray(0, cut))
      const read = readRecording(file, ['/policy/observation'])
      expect(read.isComplete, `cut at ${cut}`).toBe(false)
      const numbers = read.messages.map(({ message }) => (message as { data: number[] }).data[0])
      expect(numbers, `cut at ${cut}`).toEqual([...numbers.keys()])
      expect(numbers.length, `cut at ${cut}`).toBeGreaterThanOrEqual(most)
      most = numbers.length
    }
    expect(most).toBe(messages.length)
    writeFileSync(join(folder, 'cut.mcap'), bytes)
    expect(readRecording(join(folder, 'cut.mcap'), []).isComplete).toBe(true)
  })

  it('is told from one that is damaged inside', async () => {
    const bytes = await encodeRecording('test', messages, {})
    const file = join(folder, 'damaged.mcap')
    const { begin } = recordsOf(bytes).at(3)!
    bytes.fill(255, begin, begin + 40)
    writeFileSync(file, bytes)
    const read = () => readRecording(file, ['/policy/observation'])
    try {
      // Lengths beyond the end look like a file that breaks off.
      expect(read().isComplete).toBe(false)
    } catch (error) {
      expect(error).toMatchObject({ code: 'BRIDGE_RECORDING_INVALID' })
    }
  })
})
