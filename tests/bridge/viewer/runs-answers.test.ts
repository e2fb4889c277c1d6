import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ResumeOrder, StartOrder } from '../../../bridge/viewer/requests.schema.ts'
import { RunShelf } from '../../../bridge/viewer/run-shelf.node.ts'
import { runsAnswers, serveStart } from '../../../bridge/viewer/runs-answers.node.ts'
import type { TrainingChild } from '../../../bridge/viewer/training-child.node.ts'
import type { RunsAnswer } from '../../../bridge/viewer/training-run.ts'
import { holdRun } from '../../../policy/learning/run-lock.node.ts'

const TOKEN = 'shown-by-the-terminal'
const CHILD_URL = new URL('http://127.0.0.1:4711/training/#token=of-the-child')
let folder: string
let started: (StartOrder | (ResumeOrder & { trainedS: number }))[]
let app: Hono
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-runs-'))
  for (const [name, steps] of [
    ['first', 100],
    ['second', 200],
  ] as const) {
    mkdirSync(join(folder, name))
    const update = { kind: 'update', iteration: 1, steps, wallS: 60 }
    writeFileSync(join(folder, name, 'metrics.jsonl'), `${JSON.stringify(update)}\n`)
  }
  mkdirSync(join(folder, 'notes'))
  started = []
  const training: Pick<TrainingChild, 'failure' | 'live' | 'resume' | 'start'> = {
    failure: null,
    get live() {
      const last = started.at(-1)
      return last && { name: last.name, url: CHILD_URL }
    },
    start: (order) => void started.push(order),
    resume: (order, trainedS) => void started.push({ ...order, trainedS }),
  }
  const runs = {
    ...{ shelf: new RunShelf(folder), training: training as TrainingChild, token: TOKEN },
  }
  app = new Hono()
  for (const [path, answer] of Object.entries(runsAnswers(runs))) app.get(path, answer)
  serveStart(app, runs)
})
afterEach(() => rmSync(folder, { recursive: true }))

const ORDER = { config: 'push-so101', name: 'third', minutes: 5, token: TOKEN }
const post = (path: string, order: object) =>
  app.request(`/run-list/${path}`, { method: 'POST', body: JSON.stringify(order) })
const start = (changes: object) => post('start', { ...ORDER, ...changes })
const resume = (name: string, token = TOKEN) => post('resume', { name, minutes: 5, token })
/** Gives a run something to go on from; what is in it does not matter to who lists it. */
const addCheckpoint = (name: string) => {
  mkdirSync(join(folder, name, 'checkpoints'))
  writeFileSync(join(folder, name, 'checkpoints', '0000001.ckpt'), '')
}
const ask = async (token = ''): Promise<RunsAnswer> => {
  const headers = { authorization: `Bearer ${token}` }
  return (await (await app.request('/run-list/runs.json', { headers })).json()) as RunsAnswer
}

describe('the page of a folder of runs', () => {
  it('is told of its runs, and of nothing else that lies there', async () => {
    const { configs, mayStart, runs } = await ask()
    expect(runs.map(({ name, steps }) => `${name} ${steps}`).sort()).toEqual([
      'first 100',
      'second 200',
    ])
    expect(configs).toContain('push-so101')
    expect(mayStart).toBe(false)
    expect((await ask(TOKEN)).mayStart).toBe(true)
  })

  it('shows each run by its name, and nothing outside of the folder', async () => {
    const run = async (name: string) => app.request(`/training/run.json?run=${name}`)
    expect(await (await run('second')).json()).toMatchObject({ name: 'second', checkpoints: [] })
    for (const name of ['', 'notes', 'third', '../first', '.', '%2e%2e%2ffirst']) {
      expect((await run(name)).status, name).toBe(404)
    }
    const policy = '/demo/policy.onnx?run=first&file='
    expect((await app.request(`${policy}../../metrics.jsonl`)).status).toBe(404)
  })

  it('starts one training at a time, with the token', async () => {
    expect((await start({ token: '' })).status).toBe(403)
    expect(started).toEqual([])
    expect((await start({})).status).toBe(200)
    expect(started).toEqual([{ config: 'push-so101', name: 'third', minutes: 5, set: [] }])
    const second = await start({ name: 'fourth' })
    expect([second.status, await second.text()]).toEqual([
      409,
      'third is under way: one training at a time',
    ])
    expect((await ask()).live).toEqual({ name: 'third', port: 4711, hash: '' })
    expect((await ask(TOKEN)).live?.hash).toBe('#token=of-the-child')
  })

  it('refuses what is no config of ours, no name, and what is there already', async () => {
    const refused = [
      [{ config: '/etc/passwd' }, 400],
      [{ config: 'push-so102' }, 400],
      [{ name: '../elsewhere' }, 400],
      [{ name: '--help' }, 400],
      [{ minutes: 0 }, 400],
      [{ name: 'first' }, 409],
      [{ name: 'notes' }, 409],
    ] as const
    for (const [changes, status] of refused) {
      expect((await start(changes)).status, JSON.stringify(changes)).toBe(status)
    }
    expect(started).toEqual([])
  })
})

describe('overrides from the page', () => {
  it('are those that train --set takes', async () => {
    const set = ['seed=7', 'curriculum.automatic={}', 'task=push']
    expect((await start({ set })).status).toBe(200)
    expect(started).toEqual([{ config: 'push-so101', name: 'third', minutes: 5, set }])
  })

  it('are refused with the one error that train would show', async () => {
    for (const [set, code] of [
      ['seed=often', 'CONFIG_SET_INVALID'],
      ['sed=7', 'CONFIG_SET_INVALID'],
      ['seed', 'CONFIG_SET_INVALID'],
      ['algorithm=none-of-ours', 'CONFIG_UNKNOWN_NAME'],
    ] as const) {
      const answer = await start({ set: ['workers=1', set] })
      const text = await answer.text()
      expect(answer.status, text).toBe(400)
      expect(text).toMatch(new RegExp(`^${code}: [^\n]+ Hint: [^\n]+$`))
    }
    expect(started).toEqual([])
  })

  it('name no files: a page chooses among what is shipped', async () => {
    for (const set of ['task=/tmp/task.yaml', 'task=task.yaml', 'expert=..\\a.onnx']) {
      const answer = await start({ set: [set] })
      expect([answer.status, await answer.text()]).toEqual([
        400,
        expect.stringMatching(/^CONFIG_SET_INVALID: .* names a file/),
      ])
    }
    expect(started).toEqual([])
  })
})

describe('going on with a run', () => {
  it('takes one with a checkpoint, for so many minutes more, and the token', async () => {
    addCheckpoint('first')
    expect((await ask()).runs.map(({ canResume, name }) => `${name} ${canResume}`).sort()).toEqual([
      'first true',
      'second false',
    ])
    expect((await resume('first', '')).status).toBe(403)
    for (const name of ['second', 'notes', 'none', '..']) {
      expect((await resume(name)).status, name).toBeGreaterThanOrEqual(400)
    }
    expect(started).toEqual([])
    expect((await resume('first')).status).toBe(200)
    expect(started).toEqual([{ name: 'first', minutes: 5, trainedS: 60 }])
    expect((await resume('first')).status).toBe(409)
  })

  it('is not for one that somebody else trains, and nothing else is begun beside it', async () => {
    addCheckpoint('first')
    addCheckpoint('second')
    const letGo = holdRun(join(folder, 'first'))
    const states = async () =>
      (await ask()).runs
        .map(({ canResume, isRunning, name }) => [name, isRunning, canResume])
        .sort()
    expect(await states()).toEqual([
      ['first', true, false],
      ['second', false, true],
    ])
    for (const answer of [await resume('first'), await resume('second'), await start({})]) {
      expect([answer.status, await answer.text()]).toEqual([
        409,
        'first is under way: one training at a time',
      ])
    }
    letGo()
    expect(await states()).toEqual([
      ['first', false, true],
      ['second', false, true],
    ])
    expect((await resume('first')).status).toBe(200)
  })
})

describe('a folder of runs', () => {
  it('may be empty or still to come, but not one of other things', () => {
    new RunShelf(folder).check()
    new RunShelf(join(folder, 'to-come')).check()
    new RunShelf(join(folder, 'notes')).check()
    writeFileSync(join(folder, 'notes', 'text'), '')
    expect(() => new RunShelf(join(folder, 'notes')).check()).toThrow(
      expect.objectContaining({ code: 'CONFIG_FILE_MISSING' }),
    )
  })
})
