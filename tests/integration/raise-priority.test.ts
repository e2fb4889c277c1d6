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

interface Niceness {
  readonly own: number
  /** Of the threads in which files and serial ports are read. */
  readonly pool: readonly number[]
  /** Of its session. */
  readonly before: number | null
  readonly after: number | null
}

/** Asks in a process of its own, whose pool of threads has worked before. */
async function ask(detached: boolean): Promise<Niceness> {
  const session = hasSessions
    ? `Number(fs.readFileSync('/proc/self/autogroup', 'utf8').split('nice ')[1])`
    : 'null'
  const program = `
    const [fs, os] = [require('node:fs'), require('node:os')]
    import(${JSON.stringify(MODULE)}).then(async ({ raisePriority }) => {
      const before = ${session}
      await raisePriority()
      const links = await Promise.all(Array.from({ length: 64 }, () =>
        fs.promises.readlink('/proc/thread-self').catch(() => String(process.pid))))
      const pool = links.map((link) => os.getPriority(Number(link.split('/').at(-1))))
      console.log(JSON.stringify({ own: os.getPriority(), pool, before, after: ${session} }))
    })`
  const child = spawn(process.execPath, ['-e', program], { detached })
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')])
  return JSON.parse(said) as Niceness
}

describe('a process whose work has deadlines', () => {
  it('is preferred among those of its session, where that is permitted', async () => {
    const { own, pool, before, after } = await ask(false)
    expect([0, constants.priority.PRIORITY_HIGH]).toContain(own)
    expect(new Set(pool)).toEqual(new Set([own]))
    // Others live in that session.
    expect(after).toBe(before)
  })

  it('has a session of its own preferred over others too', async () => {
    const { own, after } = await ask(true)
    expect(after).toBe(hasSessions ? own : null)
  })
})
