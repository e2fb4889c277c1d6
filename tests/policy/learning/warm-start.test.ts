import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepActor, loadActor } from '../../../policy/learning/warm-start.node.ts'
import { randomParameters, SMALL_SHAPE } from '../file/policy-fixture.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-warm-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('what a run starts from', () => {
  it('is there again to the last bit when the run is resumed', () => {
    const start = randomParameters(SMALL_SHAPE, 4)
    keepActor(folder, 'warm-start', start)
    expect(loadActor(folder, 'warm-start')).toEqual(start)
  })

  it('is nothing after a run began from nothing in the same folder', () => {
    keepActor(folder, 'warm-start', randomParameters(SMALL_SHAPE))
    keepActor(folder, 'warm-start', undefined)
    expect(loadActor(folder, 'warm-start')).toBe(undefined)
  })

  it('is not taken from a file that was cut short', () => {
    keepActor(folder, 'warm-start', randomParameters(SMALL_SHAPE))
    const file = join(folder, 'warm-start.bin')
    writeFileSync(file, readFileSync(file).subarray(0, -100))
    expect(() => loadActor(folder, 'warm-start')).toThrow(/warm-start\.bin/)
  })
})
