import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { evidenceSchema } from '../../../bridge/evidence/evidence.schema.ts'
import { evidenceJobs, evidenceTable, openJobs } from '../../../bridge/evidence/evidence.ts'
import { runEvidence } from '../../../bridge/evidence/run-evidence.node.ts'
import { loadConfig } from '../../../configs/load/load.node.ts'

const figure = (name: string, policy: string) => ({
  name,
  command: `eval ${policy} --world rapier`,
  episodes: 500,
  quickEpisodes: 5,
})
const CONFIG = { version: 1 as const, figures: [figure('one', 'a'), figure('two', 'b')] }
const SETTING = { isQuick: false, version: '1', readPolicy: () => undefined }
const JOBS = evidenceJobs(CONFIG, SETTING)
const RESULT = { episodes: 500, success: { '0.05': { rate: 0.5, low: 0.4, high: 0.6 } } }

const folder = mkdtempSync(join(tmpdir(), 'sim2arm-evidence-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('evidence', () => {
  it('names every job by what its figure depends on', () => {
    const policy = Uint8Array.of(1, 2)
    const keys = [
      JOBS,
      evidenceJobs(CONFIG, { ...SETTING, isQuick: true }),
      evidenceJobs(CONFIG, { ...SETTING, version: '2' }),
      evidenceJobs(CONFIG, { ...SETTING, readPolicy: () => policy }),
    ].map(([first]) => first!.key)
    expect(new Set(keys).size).toBe(4)
    expect(evidenceJobs(CONFIG, SETTING)).toEqual(JOBS)
    expect(JOBS[0]!.args).toEqual(['eval', 'a', '--world', 'rapier', '--episodes', '500'])
  })

  it('goes on where it was cut off, and tries again what failed', async () => {
    const file = join(folder, 'evidence.jsonl')
    const ran: string[] = []
    const play = (fails: boolean) =>
      runEvidence({
        jobs: JOBS,
        outDir: folder,
        signal: new AbortController().signal,
        onJob: ({ name }) => ran.push(name),
        run: async (args) =>
          fails && args[1] === 'b' ? { error: 'SIM_DIVERGED' } : { result: RESULT },
      })
    expect(openJobs(JOBS, await play(true)).map(({ name }) => name)).toEqual(['two'])
    expect(readFileSync(join(folder, 'evidence.md'), 'utf8')).toContain(
      '| two | – | SIM_DIVERGED |',
    )
    // Killed while it wrote a line.
    appendFileSync(file, '{"name":"two","key":"\n')
    expect(openJobs(JOBS, await play(false))).toEqual([])
    await play(false)
    expect(ran).toEqual(['one', 'two', 'two'])
    expect(evidenceTable(JOBS, await play(false))).toContain(
      '| one | 500 | 5 cm: 50.0 % (40.0–60.0) |',
    )
  })

  it('stops between jobs when it is asked to, with nothing half written', async () => {
    const abort = new AbortController()
    const outDir = join(folder, 'stopped')
    const entries = await runEvidence({
      jobs: JOBS,
      outDir,
      signal: abort.signal,
      onJob: () => {},
      run: async () => {
        abort.abort()
        return { error: 'cut off' }
      },
    })
    expect(entries).toEqual([])
  })

  it('is written for commands that the shipped config names rightly', () => {
    const { figures } = loadConfig('evidence', 'results', evidenceSchema)
    for (const { command } of figures) expect(command).toMatch(/^eval [\w-]+ --/)
  })
})
