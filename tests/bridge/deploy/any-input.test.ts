import { expect, it } from 'vitest'
import { playSequences } from './any-input.ts'

it('no command leaves a limit, whatever comes in: 2,000 sequences', async () => {
  expect(await playSequences(2000)).toEqual([])
}, 120_000)
