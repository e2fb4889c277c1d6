import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'

const MODULE = join(import.meta.dirname, '../../dist/bridge/deploy/raise-priority.node.js')
/** Linux with sessions that share time among each other; elsewhere there is nothing to ask of them. */
const hasSessions = existsSync('/proc/self/autogroup')

/** Asks in a process of its own: niceness of the process, and of its session before and after. */
async function ask(detached: boolean) {
  const session = hasSessions
    ? `Number(fs.readFileSync('/proc/self/autogroup', 'utf8').split('nice ')[1])`
    : 'null'
  const program = `
    const [fs, os] = [require('node:fs'), require('node:os')]
    import(${JSON.stringify(MODULE)}).then(({ raisePriority }) => {
      const before = ${session}
      raisePriority()
      console.log(JSON.stringify({ own: os.getPriority(), before, after: ${session} }))
    })`
  const child = spawn(process.execPath, ['-e', program], { detached })
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')])
  return JSON.parse(said) as { own: number; before: number | null; after: number | null }
}

describe('a process whose work has deadlines', () => {
  it('is preferred among those of its session, where that is permitted', async () => {
    const { own, before, after } = await ask(false)
    expect([0, constants.priority.PRIORITY_HIGH]).toContain(own)
    // Others live in that session.
    expect(after).toBe(before)
  })

  it('has a session of its own preferred over others too', async () => {
    const { own, after } = await ask(true)
    expect(after).toBe(hasSessions ? own : null)
  })
})
