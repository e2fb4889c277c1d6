import { expect, it } from 'vitest'
import { playSequences } from '../bridge/deploy/any-input.ts'

it('no command leaves a limit, whatever comes in: a million sequences', async () => {
  expect(await playSequences(1_000_000)).toEqual([])
}, 7_200_000)
