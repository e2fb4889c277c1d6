import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepWarmStart, loadWarmStart } from '../../../policy/learning/warm-start.node.ts'
import { randomParameters, SMALL_SHAPE } from '../file/policy-fixture.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-warm-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('what a run starts from', () => {
  it('is there again to the last bit when the run is resumed', () => {
    const start = randomParameters(SMALL_SHAPE, 4)
    keepWarmStart(folder, start)
    expect(loadWarmStart(folder)).toEqual(start)
  })

  it('is nothing after a run began from nothing in the same folder', () => {
    keepWarmStart(folder, randomParameters(SMALL_SHAPE))
    keepWarmStart(folder, undefined)
    expect(loadWarmStart(folder)).toBe(undefined)
  })

  it('is not taken from a file that was cut short', () => {
    keepWarmStart(folder, randomParameters(SMALL_SHAPE))
    const file = join(folder, 'warm-start.bin')
    writeFileSync(file, readFileSync(file).subarray(0, -100))
    expect(() => loadWarmStart(folder)).toThrow(/warm-start\.bin/)
  })
})
