import { afterAll, describe, expect, it } from 'vitest'
import { endPrograms, run } from '../e2e/sim2arm-process.ts'

/** Half an hour, or what SIM2ARM_SOAK_MINUTES says. */
const { SIM2ARM_SOAK_MINUTES: minutes = '30' } = process.env

afterAll(endPrograms)

describe('a long deployment', () => {
  it('keeps its size and loses nothing, with a recorder and three viewers', async () => {
    const program = await run('bench', 'soak', '--minutes', minutes, '--json')
    const result = program.events.at(-1)!
    expect(await program.ended, `${program.stderr}\n${JSON.stringify(result)}`).toBe(0)
    expect(result).toMatchObject({ isFlat: true, isWhole: true, dropped: 0 })
  })
})
