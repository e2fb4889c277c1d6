import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appendEntry, readEntries } from '../../../bridge/deploy/policy-card.node.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-card-'))
  file = join(folder, 'some.card.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a card', () => {
  it('has no entries where it is not there, then those that were added', () => {
    expect(readEntries(file)).toEqual([])
    appendEntry(file, { episodes: 1 })
    appendEntry(file, { episodes: 2 })
    expect(readEntries(file)).toEqual([{ episodes: 1 }, { episodes: 2 }])
    expect(readFileSync(file, 'utf8')).toBe('{"episodes":1}\n{"episodes":2}\n')
  })

  it('takes entries after one whose end of line is missing', () => {
    writeFileSync(file, '{"episodes":1}')
    appendEntry(file, { episodes: 2 })
    expect(readEntries(file)).toEqual([{ episodes: 1 }, { episodes: 2 }])
  })

  it('names the line that was cut off, and none is lost behind it', () => {
    appendEntry(file, { episodes: 1 })
    appendFileSync(file, '{"episodes":')
    appendEntry(file, { episodes: 3 })
    expect(() => readEntries(file)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_SYNTAX',
        message: expect.stringContaining(`${file}:2: expected an entry in JSON`),
      }),
    )
    expect(readFileSync(file, 'utf8').split('\n').at(-2)).toBe('{"episodes":3}')
  })

  it.each(['null', '3', '[{"episodes":1}]'])('holds no entry that is %s', (line) => {
    writeFileSync(file, `${line}\n`)
    expect(() => readEntries(file)).toThrow(expect.objectContaining({ code: 'CONFIG_SYNTAX' }))
  })

  it('is a file, not a folder', () => {
    expect(() => readEntries(folder)).toThrow(expect.objectContaining({ code: 'BRIDGE_DISK' }))
  })
})
