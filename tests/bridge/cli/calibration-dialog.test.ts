import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDialog } from '../../../bridge/cli/calibration-dialog.ts'

const joint = { name: 'elbow', minTicks: 1000, ticks: 2047, maxTicks: 3000 }
const unhandled: unknown[] = []
const note = (reason: unknown) => void unhandled.push(reason)
beforeEach(() => {
  unhandled.length = 0
  process.on('unhandledRejection', note)
})
afterEach(() => {
  process.off('unhandledRejection', note)
})

function createSweep(look: (ending: AbortController) => Promise<void>) {
  const said: string[] = []
  const input = new PassThrough()
  const ending = new AbortController()
  const dialog = createDialog({ line: (text) => void said.push(text) }, ending.signal, input)
  const swept = dialog.watch('Move every joint', async () => {
    await look(ending)
    return [joint]
  })
  return { said, input, dialog, swept }
}

/** What is rejected without anybody to handle it shows after a turn of the event loop. */
async function turns(): Promise<void> {
  for (let k = 0; k < 3; k++) await turn()
}

describe('the dialog of a calibration', () => {
  it('tells how far the joints were swept when Enter ends it', async () => {
    const { said, input, swept, dialog } = createSweep(turns)
    input.write('\n')
    await swept
    dialog.close()
    expect(said).toEqual(['Move every joint, then press Enter.', 'elbow          1000 to 3000'])
  })

  it('ends by an interruption during the sweep, with its reason', async () => {
    const { swept, dialog } = createSweep(async (ending) => {
      ending.abort(new Error('stopped on request'))
      await turns()
    })
    await expect(swept).rejects.toThrow('stopped on request')
    dialog.close()
    expect(unhandled).toEqual([])
  })

  it('ends by what has gone wrong with the arm, whatever becomes of the answer', async () => {
    const { swept, dialog } = createSweep(() => Promise.reject(new Error('the cable is out')))
    await expect(swept).rejects.toThrow('the cable is out')
    dialog.close()
    await turns()
    expect(unhandled).toEqual([])
  })

  it.each([true, false])(
    'takes Enter before the question for an answer: not on a terminal (%s)',
    async (isTTY) => {
      const input = Object.assign(new PassThrough(), { isTTY })
      const dialog = createDialog({ line: () => {} }, new AbortController().signal, input)
      input.write('\n')
      await turns()
      let isAnswered = false
      const asked = dialog.confirm('Take your hand away').then(() => {
        isAnswered = true
      })
      await turns()
      expect(isAnswered).toBe(!isTTY)
      if (isTTY) input.write('\n')
      await asked
      dialog.close()
    },
  )
})
