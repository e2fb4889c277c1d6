import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

const MODULE = join(import.meta.dirname, '../../dist/policy/learning/run-lock.node.js')
const NUM_RACES = 20
/** From one race to the next [ms]. */
const APART_MS = 25

let folder: string
let racers: ChildProcess[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-race-'))
  racers = []
})
afterEach(() => {
  for (const racer of racers) racer.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

/** Wants one folder after the other, each at its time, keeps what it gets, and tells what came of it. */
const program = `
  import { holdRun } from ${JSON.stringify(MODULE)}
  process.on('message', ({ runs, beginMs }) => {
    process.send(runs.map((run, race) => {
      while (Date.now() < beginMs + race * ${APART_MS});
      try { holdRun(run); return 'holds' } catch (error) { return error.code }
    }))
  })
  process.send('ready')
`

/** What came of each race for each of the racers. */
async function race(runs: readonly string[], numRacers: number): Promise<string[][]> {
  const args = ['--input-type=module', '-e', program]
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const
  racers = Array.from({ length: numRacers }, () =>
    spawn(process.execPath, args, { stdio: [...stdio] }),
  )
  await Promise.all(racers.map((racer) => once(racer, 'message')))
  const beginMs = Date.now() + 100
  const told = racers.map(async (racer) => {
    racer.send({ runs, beginMs })
    const [outcomes] = await once(racer, 'message')
    return outcomes as string[]
  })
  const outcomes = await Promise.all(told)
  return runs.map((_run, index) => outcomes.map((each) => each[index]!).sort())
}

it.each([
  ['is new', ''],
  ['was left by a process that is gone', JSON.stringify({ pid: 1 << 30, host: hostname() })],
  ['was left half written by a failure of power', '{"pid":'],
])(
  'one of those who want a folder at once gets it, the others are told so: it %s',
  async (...[, left]) => {
    const runs = Array.from({ length: NUM_RACES }, (_, index) => join(folder, `run${index}`))
    for (const run of left === '' ? [] : runs) {
      mkdirSync(run)
      writeFileSync(join(run, 'training.json'), left)
    }
    const taken = 'BRIDGE_FOLDER_TAKEN'
    expect(await race(runs, 2)).toEqual(runs.map(() => [taken, 'holds']))
  },
)
