import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint } from '../../../policy/learning/checkpoint.ts'
import {
  holdsCheckpoint,
  loadLatestCheckpoint,
  saveCheckpoint,
} from '../../../policy/learning/checkpoint-store.node.ts'

const CHECKPOINT = {
  progress: { iteration: 12, label: 'grün' },
  arrays: { weights: Float32Array.of(1, -2.5, 1e-20), step: Float64Array.of(0.1) },
}
const invalid = expect.objectContaining({ code: 'POLICY_CHECKPOINT_INVALID' })

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a checkpoint', () => {
  it('comes back bit for bit', () => {
    expect(decodeCheckpoint(encodeCheckpoint(CHECKPOINT), 'test')).toEqual(CHECKPOINT)
  })

  it('is refused at every shorter length', () => {
    const bytes = encodeCheckpoint(CHECKPOINT)
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeCheckpoint(bytes.slice(0, length), 'test')).toThrow(invalid)
    }
  })

  it('is refused with any byte changed', () => {
    const bytes = encodeCheckpoint(CHECKPOINT)
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice()
      changed[at] = changed[at]! ^ 0x10
      expect(() => decodeCheckpoint(changed, 'test')).toThrow(invalid)
    }
  })

  it('is kept as the last three files and the best', () => {
    for (const iteration of [20, 40, 60, 80]) {
      saveCheckpoint(folder, CHECKPOINT, { iteration, isBest: iteration === 40 })
    }
    expect(readdirSync(folder).sort()).toEqual([
      '0000040.ckpt',
      '0000060.ckpt',
      '0000080.ckpt',
      'best.ckpt',
    ])
    expect(loadLatestCheckpoint(folder)).toEqual({ checkpoint: CHECKPOINT, damaged: [] })
  })

  it('leaves no trace of a write that was cut off', () => {
    saveCheckpoint(folder, CHECKPOINT, { iteration: 1, isBest: false })
    writeFileSync(join(folder, '0000002.ckpt.123.part'), 'half')
    expect(loadLatestCheckpoint(folder)).toEqual({ checkpoint: CHECKPOINT, damaged: [] })
  })

  it('is passed over when it is damaged, and said so, for the newest that is whole', () => {
    saveCheckpoint(folder, CHECKPOINT, { iteration: 1, isBest: false })
    const later = { ...CHECKPOINT, progress: { iteration: 13 } }
    const [second, third] = [2, 3].map((iteration) =>
      saveCheckpoint(folder, later, { iteration, isBest: false }),
    ) as [string, string]
    writeFileSync(second, '')
    truncateSync(third, readFileSync(third).length - 1)
    const { checkpoint, damaged } = loadLatestCheckpoint(folder)
    expect(checkpoint).toEqual(CHECKPOINT)
    expect(damaged).toEqual([
      `expected a checkpoint in ${third}, found a truncated or changed file`,
      `expected a checkpoint in ${second}, found another file format`,
    ])
  })

  it('is the best one when all later ones are damaged', () => {
    const path = saveCheckpoint(folder, CHECKPOINT, { iteration: 1, isBest: true })
    truncateSync(path, 5)
    expect(loadLatestCheckpoint(folder).checkpoint).toEqual(CHECKPOINT)
  })

  it('stays when a run that goes on from the best one writes it before damaged later ones', () => {
    saveCheckpoint(folder, CHECKPOINT, { iteration: 10, isBest: true })
    for (const iteration of [20, 30, 40]) {
      truncateSync(saveCheckpoint(folder, CHECKPOINT, { iteration, isBest: false }), 5)
    }
    const next = { ...CHECKPOINT, progress: { iteration: 15 } }
    saveCheckpoint(folder, next, { iteration: 15, isBest: false })
    expect(loadLatestCheckpoint(folder)).toEqual({ checkpoint: next, damaged: [] })
  })

  it('is refused when none is whole', () => {
    truncateSync(saveCheckpoint(folder, CHECKPOINT, { iteration: 1, isBest: false }), 100)
    expect(() => loadLatestCheckpoint(folder)).toThrow(invalid)
  })

  it('is not yet there in a folder that a kill left in the first second', () => {
    writeFileSync(join(folder, '0000000.ckpt.123.part'), 'half')
    expect(holdsCheckpoint(folder)).toBe(false)
    saveCheckpoint(folder, CHECKPOINT, { iteration: 0, isBest: false })
    expect(holdsCheckpoint(folder)).toBe(true)
  })

  it('is missed with a code when there is none', () => {
    expect(() => loadLatestCheckpoint(join(folder, 'nowhere'))).toThrow(invalid)
  })
})
