import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  isRunFolder,
  readMetricsPart,
  readRunProgress,
  readTrainingRun,
} from '../../../bridge/viewer/read-training-run.node.ts'
import { RunLog } from '../../../bridge/viewer/run-log.ts'

let folder: string
const path = (name: string) => join(folder, name)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-run-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const update = (iteration: number) =>
  `${JSON.stringify({ kind: 'update', iteration, steps: 100 * iteration, wallS: 6 * iteration })}\n`
const append = (text: string) => appendFileSync(path('metrics.jsonl'), text)

/** What a page does every two seconds. */
function ask(log: RunLog): boolean {
  const { file, from } = log.query
  return log.add(readMetricsPart(folder, file, Number(from)))
}
const iterations = (log: RunLog) => log.updates.map(({ iteration }) => iteration)

describe('the log of a training run', () => {
  it('is followed while it grows, line by whole line', () => {
    const log = new RunLog()
    expect(ask(log)).toBe(false)
    append(update(1) + update(2).slice(0, 20))
    expect(ask(log)).toBe(true)
    expect(iterations(log)).toEqual([1])
    expect(ask(log)).toBe(false)
    append(update(2).slice(20) + update(3))
    expect(ask(log)).toBe(true)
    expect(iterations(log)).toEqual([1, 2, 3])
  })

  it('begins anew when a resumed run has dropped its last lines', () => {
    const log = new RunLog()
    append(update(1) + update(2) + update(3))
    ask(log)
    writeFileSync(path('kept'), update(1))
    renameSync(path('kept'), path('metrics.jsonl'))
    append(update(2))
    ask(log)
    expect(iterations(log)).toEqual([1, 2])
  })

  it('passes over a line that a kill left half written', () => {
    const log = new RunLog()
    append(`${update(1).slice(0, 25)}\n${update(2)}`)
    ask(log)
    expect(iterations(log)).toEqual([2])
  })

  it('has evaluations with their Wilson intervals, and warnings', () => {
    const log = new RunLog()
    const evaluation = { kind: 'evaluation', steps: 5, episodes: 10, success: 0.9 }
    const warning = { kind: 'warning', message: 'every reward is alike', hint: 'change weights' }
    append(`${JSON.stringify(evaluation)}\n${JSON.stringify(warning)}\n`)
    ask(log)
    // Newcombe 1998, method 3, 9 of 10: 0.596 to 0.982.
    expect(log.evaluations[0]!.low).toBeCloseTo(0.596, 3)
    expect(log.evaluations[0]!.high).toBeCloseTo(0.982, 3)
    expect(log.warning).toBe('every reward is alike. change weights')
  })

  it('knows the time left from the run’s own limit', () => {
    const log = new RunLog()
    expect(log.leftS(600)).toBeUndefined()
    append(update(1) + update(10))
    ask(log)
    expect(log.leftS(600)).toBe(540)
    expect(log.leftS(30)).toBe(0)
    expect(log.leftS(null)).toBeUndefined()
  })
})

describe('the folder of a training run', () => {
  it('says what is trained', () => {
    const train =
      'train: { task: push, arm: so101, randomization: wide, algorithm: ppo, minutes: 60 }'
    writeFileSync(path('config.yaml'), train)
    expect(readTrainingRun(folder)).toMatchObject({
      about: 'push · so101 · wide · ppo',
      limitS: 3600,
    })
  })

  it.each([
    ['cut off', 'train: [push,\n'],
    ['empty', ''],
    ['somebody else’s', 'plain words'],
  ])('says nothing where its config is %s', (_what, text) => {
    writeFileSync(path('config.yaml'), text)
    expect(readTrainingRun(folder)).toMatchObject({ about: '', limitS: null })
  })

  it('lies in a folder that a training has written into', () => {
    expect(isRunFolder(folder)).toBe(false)
    append(update(1))
    expect(isRunFolder(folder)).toBe(true)
  })

  it('tells at its end how far the run has come', () => {
    expect(readRunProgress(folder)).toMatchObject({ steps: null, evaluated: null, ageS: null })
    const evaluation = { kind: 'evaluation', steps: 200, episodes: 100, success: 0.5 }
    append(`${update(1)}${JSON.stringify(evaluation)}\n`)
    // Longer than what is read of it.
    for (let k = 2; k < 6000; k++) append(update(k))
    append(`${JSON.stringify({ ...evaluation, success: 0.9 })}\n${update(6000)}`)
    expect(readRunProgress(folder)).toMatchObject({
      ...{ steps: 600_000, wallS: 36_000 },
      // Wilson 1927, 90 of 100: 0.8256 to 0.9448.
      evaluated: { rate: 0.9, low: expect.closeTo(0.8256, 4), high: expect.closeTo(0.9448, 4) },
    })
  })
})
