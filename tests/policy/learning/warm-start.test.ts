import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkWarmStart, keepActor, loadActor } from '../../../policy/learning/warm-start.node.ts'
import type { Memory } from '../../../policy/networks/actor-parameters.ts'
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

const SIZES = { observation: 6, action: 3 }

function startFrom(
  own: { readonly observation?: number; readonly memory?: Exclude<Memory, 'lstm'> },
  asked: { readonly memory?: Exclude<Memory, 'lstm'> } = {},
): void {
  const shape = { observation: 6, embed: 4, hidden: 4, head: 4, action: 3, ...own }
  checkWarmStart({ shape }, SIZES, asked)
}

describe('the policy that a training starts from', () => {
  it('sees and does what the task asks', () => {
    startFrom({})
    expect(() => startFrom({ observation: 3 })).toThrow(
      expect.objectContaining({
        code: 'POLICY_MISMATCH',
        message: 'expected a policy of observation size 6 to start from, found 3',
      }),
    )
  })

  it('remembers as its algorithm asks, where that asks for anything', () => {
    startFrom({ memory: 'gru' })
    startFrom({ memory: 'gru' }, { memory: 'gru' })
    expect(() => startFrom({}, { memory: 'none' })).toThrow(
      expect.objectContaining({
        code: 'POLICY_MISMATCH',
        message: 'the algorithm asks for memory: none, the policy to start from has lstm',
      }),
    )
  })
})
