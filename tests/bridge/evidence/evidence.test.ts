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
import { type EvidenceEntry, evidenceJobs, openJobs } from '../../../bridge/evidence/evidence.ts'
import { evidenceTable } from '../../../bridge/evidence/evidence-table.ts'
import { runEvidence } from '../../../bridge/evidence/run-evidence.node.ts'
import { listConfigs, loadConfig } from '../../../configs/load/load.node.ts'

const figure = (name: string, policy: string) => ({
  name,
  command: `eval ${policy} --world rapier`,
  episodes: 500,
  quickEpisodes: 5,
  bars: [],
})
const CONFIG = {
  ...{ version: 1 as const, trainings: [] },
  figures: [figure('one', 'a'), figure('two', 'b')],
}
const SETTING = { isQuick: false, version: '1', runsDir: 'runs', readPolicy: () => undefined }
const JOBS = evidenceJobs(CONFIG, SETTING)
const SECTIONS = [{ title: 'results', jobs: JOBS }]
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
        sections: SECTIONS,
        outDir: folder,
        signal: new AbortController().signal,
        onJob: ({ name }) => ran.push(name),
        onCutOff: (place) => cutOff.push(place),
        run: async (args) =>
          fails && args[1] === 'b' ? { error: 'SIM_DIVERGED' } : { result: RESULT },
      })
    expect(openJobs(JOBS, await play(true)).map(({ name }) => name)).toEqual(['two'])
    expect(readFileSync(join(folder, 'evidence.md'), 'utf8')).toContain(
      '| two | – | SIM_DIVERGED |  |',
    )
    expect(cutOff).toEqual([])
    // Killed while it wrote a line.
    appendFileSync(file, '{"name":"two","key":"')
    expect(openJobs(JOBS, await play(false))).toEqual([])
    await play(false)
    expect(cutOff).toEqual([`${file}:3`, `${file}:3`])
    expect(ran).toEqual(['one', 'two', 'two'])
    expect(evidenceTable(SECTIONS, await play(false))).toContain(
      '| one | 500 | 5 cm: 50.0 % (40.0–60.0) |  |',
    )
  })

  it('stops between jobs when it is asked to, with nothing half written', async () => {
    const abort = new AbortController()
    const outDir = join(folder, 'stopped')
    const entries = await runEvidence({
      sections: SECTIONS,
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

  it('plays as many evaluations at once as it may; trainings and real time alone', async () => {
    const evaluation = (name: string, flags = '') => figure(name, `${name} ${flags}`)
    const training = { name: 'lstm', command: 'train push-panda', seeds: [1] }
    const config = evidenceSchema.parse({
      version: 1,
      trainings: [{ ...training, until: 'steps=5000', quickUntil: 'steps=50' }],
      figures: [
        ...['a', 'b', 'c', 'd', 'e'].map((name) => evaluation(name)),
        evaluation('clock', '--real-time'),
        evaluation('f'),
      ],
    })
    const jobs = evidenceJobs(config, { ...SETTING, runsDir: join(folder, 'runs') })
    let running = 0
    const beside: Record<string, number> = {}
    const entries = await runEvidence({
      sections: [{ title: 'nets', jobs }],
      outDir: join(folder, 'at-once'),
      signal: new AbortController().signal,
      atOnce: 3,
      onJob: () => {},
      onCutOff: () => {},
      run: async (args) => {
        running++
        await new Promise((resolve) => setTimeout(resolve, 5))
        beside[args.includes('--real-time') ? 'clock' : args[0] === 'train' ? 'train' : args[1]!] =
          running
        await new Promise((resolve) => setTimeout(resolve, 5))
        running--
        return { result: RESULT }
      },
    })
    expect(openJobs(jobs, entries)).toEqual([])
    expect(beside).toMatchObject({ train: 1, a: 3, b: 3, c: 3, clock: 1, f: 1 })
  })

  it('waits for what still runs before it gives up', async () => {
    const ended: string[] = []
    const outDir = join(folder, 'gave-up')
    const played = runEvidence({
      sections: SECTIONS,
      outDir,
      signal: new AbortController().signal,
      atOnce: 2,
      onJob: () => {},
      onCutOff: () => {},
      run: async (args) => {
        if (args[1] === 'a') throw new Error('no process')
        await new Promise((resolve) => setTimeout(resolve, 10))
        ended.push(args[1]!)
        return { result: RESULT }
      },
    })
    await expect(played).rejects.toThrow('no process')
    expect(ended).toEqual(['b'])
  })

  describe('of trainings', () => {
    const training = { name: 'lstm', command: 'train push-panda', seeds: [1, 2, 3] }
    const config = evidenceSchema.parse({
      version: 1,
      trainings: [{ ...training, until: 'steps=5000', quickUntil: 'steps=50' }],
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
        sections: [{ title: 'nets', jobs: jobs.slice(0, 2) }],
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

    it('takes no figure of a training that failed, before it has been gone on with to its end', async () => {
      const ran: string[] = []
      const play = (outcome: Pick<EvidenceEntry, 'result' | 'error'>) =>
        runEvidence({
          sections: [{ title: 'nets', jobs: jobs.slice(0, 4) }],
          outDir: join(folder, 'failed'),
          signal: new AbortController().signal,
          onJob: () => {},
          onCutOff: () => {},
          // The second seed's: a disk that is full leaves a policy that is not the last.
          run: async ([command, ...args]) => {
            const seed = /lstm-(\d)/.exec(args.join(' '))![1]!
            ran.push(`${command} ${seed}`)
            return command === 'train' && seed === '2' ? outcome : { result: RESULT }
          },
        })
      const entries = await play({ error: 'BRIDGE_DISK' })
      expect(openJobs(jobs.slice(0, 4), entries).map(({ key }) => key)).toEqual(
        jobs.slice(2, 4).map(({ key }) => key),
      )
      expect(ran.splice(0)).toEqual(['train 1', 'eval 1', 'train 2'])
      expect(openJobs(jobs.slice(0, 4), await play({ result: {} }))).toEqual([])
      expect(ran).toEqual(['train 2', 'eval 2'])
    })

    it('puts the seeds of a figure in one row: their mean, the least and the most', () => {
      const figures = jobs.filter(({ training }) => training === undefined)
      const entries = figures.slice(0, 2).map(({ name, key }, k) => {
        const success = { '0.05': { rate: 0.6 + 0.2 * k, low: 0, high: 1 } }
        return { name, key, command: '', result: { episodes: 500, success } }
      })
      expect(evidenceTable([{ title: 'nets', jobs }], entries)).toContain(
        '| of it | 2 of 3 seeds × 500 | 5 cm: 70.0 % (60.0–80.0) |  |',
      )
    })

    it('refuses a figure of a training that is not there', () => {
      const wrong = { version: 1, figures: [figure('of it', '{gru}')] }
      expect(() => evidenceSchema.parse(wrong)).toThrow(/there is no training gru/)
    })
  })

  it('is written for commands that the shipped config names rightly', () => {
    for (const name of listConfigs('evidence')) {
      const { figures } = loadConfig('evidence', name, evidenceSchema)
      for (const { command } of figures) expect(command).toMatch(/^eval ([\w-]+|\{[\w-]+\}) --/)
    }
  })
})
