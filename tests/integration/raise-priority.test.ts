import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'

const MODULE = join(import.meta.dirname, '../../dist/bridge/deploy/raise-priority.node.js')
/** Linux with sessions that share time among each other; elsewhere there is nothing to ask of them. */
const hasSessions = existsSync('/proc/self/autogroup')
const mayBeRealTime = spawnSync('chrt', ['--rr', '1', 'true']).status === 0
/** Of sched(7). */
const SCHED_RR = 2

interface Niceness {
  readonly own: number
  /** Of the threads in which files and serial ports are read. */
  readonly pool: readonly number[]
  /** Of its session. */
  readonly before: number | null
  readonly after: number | null
  /** How the system schedules its first thread and those of the pool; none where that is not told. */
  readonly policies: readonly number[]
  /** … and a process that it starts. */
  readonly ofChild: number
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
      const threads = new Set(links.map((link) => Number(link.split('/').at(-1))))
      const pool = [...threads].map((thread) => os.getPriority(thread))
      // The 41st field; the second is in brackets and may hold anything.
      const policyOf = (stat) => Number(stat.split(') ').at(-1).split(' ')[38])
      const policies = ${hasSessions} ? [process.pid, ...threads].map((thread) =>
        policyOf(fs.readFileSync('/proc/self/task/' + thread + '/stat', 'utf8'))) : []
      const child = require('node:child_process').spawnSync('cat', ['/proc/self/stat'])
      const ofChild = policyOf(String(child.stdout))
      const own = os.getPriority()
      console.log(JSON.stringify({ own, pool, before, after: ${session}, policies, ofChild }))
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

  it.skipIf(!hasSessions)(
    'is of real time where that is permitted, what it starts is not',
    async () => {
      const { policies, ofChild } = await ask(false)
      expect(new Set(policies)).toEqual(new Set([mayBeRealTime ? SCHED_RR : 0]))
      expect(policies.length).toBeGreaterThan(1)
      expect(ofChild).toBe(0)
    },
  )

  it('has a session of its own preferred over others too', async () => {
    const { own, after } = await ask(true)
    expect(after).toBe(hasSessions ? own : null)
  })
})
