import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { evidenceSchema } from '../../../bridge/evidence/evidence.schema.ts'
import { evidenceJobs, openJobs } from '../../../bridge/evidence/evidence.ts'
import { evidenceTable } from '../../../bridge/evidence/evidence-table.ts'
import { runEvidence } from '../../../bridge/evidence/run-evidence.node.ts'
import { loadConfig } from '../../../configs/load/load.node.ts'

const figure = (name: string, policy: string) => ({
  name,
  command: `eval ${policy} --world rapier`,
  episodes: 500,
  quickEpisodes: 5,
})
const CONFIG = {
  ...{ version: 1 as const, trainings: [] },
  figures: [figure('one', 'a'), figure('two', 'b')],
}
const SETTING = { isQuick: false, version: '1', runsDir: 'runs', readPolicy: () => undefined }
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
    const cutOff: string[] = []
    const play = (fails: boolean) =>
      runEvidence({
        jobs: JOBS,
        outDir: folder,
        signal: new AbortController().signal,
        onJob: ({ name }) => ran.push(name),
        onCutOff: (place) => cutOff.push(place),
        run: async (args) =>
          fails && args[1] === 'b' ? { error: 'SIM_DIVERGED' } : { result: RESULT },
      })
    expect(openJobs(JOBS, await play(true)).map(({ name }) => name)).toEqual(['two'])
    expect(readFileSync(join(folder, 'evidence.md'), 'utf8')).toContain(
      '| two | – | SIM_DIVERGED |',
    )
    expect(cutOff).toEqual([])
    // Killed while it wrote a line.
    appendFileSync(file, '{"name":"two","key":"')
    expect(openJobs(JOBS, await play(false))).toEqual([])
    await play(false)
    expect(cutOff).toEqual([`${file}:3`, `${file}:3`])
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
      onCutOff: () => {},
      run: async () => {
        abort.abort()
        return { error: 'cut off' }
      },
    })
    expect(entries).toEqual([])
  })

  describe('of trainings', () => {
    const training = { name: 'lstm', command: 'train push-panda', seeds: [1, 2, 3] }
    const config = evidenceSchema.parse({
      version: 1,
      trainings: [{ ...training, steps: 5000, quickSteps: 50 }],
      figures: [figure('of it', '{lstm}')],
    })
    const jobs = evidenceJobs(config, { ...SETTING, runsDir: join(folder, 'runs') })

    it('trains every seed for so many steps, and takes each figure of every one, seed after seed', () => {
      const runs = jobs.filter(({ training }) => training !== undefined)
      const figures = jobs.filter(({ training }) => training === undefined)
      expect(jobs.map(({ name }) => name)).toEqual([1, 2, 3].flatMap(() => ['lstm', 'of it']))
      expect(runs.map(({ args }) => args.slice(0, 6))).toEqual(
        [1, 2, 3].map((seed) => [
          'train',
          'push-panda',
          '--seed',
          `${seed}`,
          '--until',
          'steps=5000',
        ]),
      )
      expect(figures.map(({ args }) => args[1])).toEqual(
        runs.map(({ training }) => `${training!.runDir}/policy.onnx`),
      )
      expect(new Set(jobs.map(({ key }) => key)).size).toBe(6)
      const quick = evidenceJobs(config, { ...SETTING, isQuick: true })
      expect(quick).toHaveLength(2)
      expect(quick[0]!.args).toContain('steps=50')
    })

    it('goes on with a training that was cut off, from its checkpoint', async () => {
      const [first] = jobs
      mkdirSync(join(first!.training!.runDir, 'checkpoints'), { recursive: true })
      writeFileSync(join(first!.training!.runDir, 'checkpoints', '0000020.ckpt'), '')
      const ran: (readonly string[])[] = []
      await runEvidence({
        jobs: jobs.slice(0, 2),
        outDir: join(folder, 'trained'),
        signal: new AbortController().signal,
        onJob: () => {},
        onCutOff: () => {},
        run: async (args) => {
          ran.push(args)
          return { result: {} }
        },
      })
      expect(ran[0]!.slice(0, 5)).toEqual([
        'train',
        '--resume',
        first!.training!.runDir,
        '--until',
        'steps=5000',
      ])
      expect(ran[1]).toEqual(jobs[1]!.args)
    })

    it('puts the seeds of a figure in one row: their mean, the least and the most', () => {
      const figures = jobs.filter(({ training }) => training === undefined)
      const entries = figures.slice(0, 2).map(({ name, key }, k) => {
        const success = { '0.05': { rate: 0.6 + 0.2 * k, low: 0, high: 1 } }
        return { name, key, command: '', result: { episodes: 500, success } }
      })
      expect(evidenceTable(jobs, entries)).toContain(
        '| of it | 2 of 3 seeds × 500 | 5 cm: 70.0 % (60.0–80.0) |',
      )
    })

    it('refuses a figure of a training that is not there', () => {
      const wrong = { version: 1, figures: [figure('of it', '{gru}')] }
      expect(() => evidenceSchema.parse(wrong)).toThrow(/there is no training gru/)
    })
  })

  it('is written for commands that the shipped config names rightly', () => {
    for (const name of ['results', 'ablation']) {
      const { figures } = loadConfig('evidence', name, evidenceSchema)
      for (const { command } of figures) expect(command).toMatch(/^eval ([\w-]+|\{[\w-]+\}) --/)
    }
  })
})
