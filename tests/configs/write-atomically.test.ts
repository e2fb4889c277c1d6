import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeAtomically } from '../../configs/load/write-atomically.node.ts'

let folder: string
const path = (name: string) => join(folder, name)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-write-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a file that is written atomically', () => {
  it('takes the place of an older one, and nothing else is left', () => {
    writeFileSync(path('a'), 'older and longer')
    writeAtomically(path('a'), 'new')
    writeAtomically(path('b'), new Uint8Array([1, 2]))
    expect(readFileSync(path('a'), 'utf8')).toBe('new')
    expect([...readFileSync(path('b'))]).toEqual([1, 2])
    expect(readdirSync(folder)).toEqual(['a', 'b'])
  })

  it('is where a link points to, and the link stays', () => {
    writeFileSync(path('target'), 'old')
    symlinkSync(path('target'), path('link'))
    writeAtomically(path('link'), 'new')
    expect(readFileSync(path('target'), 'utf8')).toBe('new')
    expect(lstatSync(path('link')).isSymbolicLink()).toBe(true)
  })

  it('has a code where it cannot be written, and leaves nothing', () => {
    const refused = (code: string) =>
      expect.objectContaining({ code: 'BRIDGE_DISK', message: expect.stringContaining(code) })
    expect(() => writeAtomically(path('none/a'), 'new')).toThrow(refused('ENOENT'))
    expect(() => writeAtomically(folder, 'new')).toThrow(refused('EISDIR'))
    expect(readdirSync(folder)).toEqual([])
  })

  it.skipIf(!existsSync('/dev/full'))('is no device: that is written to, and stays one', () => {
    symlinkSync('/dev/full', path('device'))
    expect(() => writeAtomically(path('device'), 'new')).toThrow(/ENOSPC/)
    expect(lstatSync(path('device')).isSymbolicLink()).toBe(true)
  })
})
