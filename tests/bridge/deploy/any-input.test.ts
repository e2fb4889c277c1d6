import { expect, it } from 'vitest'
import { playSequences } from './any-input.ts'

it('no command leaves a limit, whatever comes in: 2,000 sequences', async () => {
  expect(await playSequences(2000)).toEqual([])
  // One link came out of the table, and another went deeper into it.
  expect(await playSequences(1, 436_302)).toEqual([])
}, 120_000)
