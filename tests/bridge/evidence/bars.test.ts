import { describe, expect, it } from 'vitest'
import { judgeBar } from '../../../bridge/evidence/bars.ts'
import { type Bar, evidenceSchema } from '../../../bridge/evidence/evidence.schema.ts'
import { evidenceJobs } from '../../../bridge/evidence/evidence.ts'
import { evidenceBars, evidenceTable } from '../../../bridge/evidence/evidence-table.ts'
import type { Figure } from '../../../bridge/evidence/figure.ts'

const rate = (low: number, high: number) => ({ rate: (low + high) / 2, low, high })
const none = () => []
const verdictOf = (bar: Bar, ...figures: Figure[]) => judgeBar(bar, figures, none).verdict

describe('a bar', () => {
  it('is met by a whole interval, missed by a whole one, else open', () => {
    const bar: Bar = { of: 'success', thresholdM: 0.05, atLeast: 0.95 }
    const figure = (low: number, high: number) => ({ success: { '0.05': rate(low, high) } })
    expect(judgeBar(bar, [figure(0.95, 0.99)], none)).toEqual({
      asked: '5 cm ≥ 95 %',
      verdict: 'met',
    })
    expect(verdictOf(bar, figure(0.94, 0.99))).toBe('open')
    expect(verdictOf(bar, figure(0.9, 0.94))).toBe('missed')
    expect(verdictOf(bar)).toBe('open')
    expect(verdictOf(bar, { success: { '0.03': rate(0.99, 1) } })).toBe('open')
  })

  it('of several seeds is met by the least of their rates', () => {
    const bar: Bar = { of: 'success', thresholdM: 0.05, atLeast: 0.95 }
    const seeds = (...rates: number[]) =>
      rates.map((value) => ({ success: { '0.05': { rate: value, low: 0, high: 1 } } }))
    expect(verdictOf(bar, ...seeds(0.96, 0.99))).toBe('met')
    expect(verdictOf(bar, ...seeds(0.94, 0.99))).toBe('open')
    expect(verdictOf(bar, ...seeds(0.92, 0.94))).toBe('missed')
  })

  it('of a difference on the same draws goes by its interval', () => {
    const bar: Bar = { of: 'difference', atLeast: -0.03 }
    const paired = (low: number, high: number) => ({ paired: { difference: 0, low, high } })
    expect(judgeBar(bar, [paired(-0.02, 0.01)], none)).toEqual({
      asked: '≥ −3 points',
      verdict: 'met',
    })
    expect(verdictOf(bar, paired(-0.04, 0))).toBe('open')
    expect(verdictOf(bar, paired(-0.08, -0.04))).toBe('missed')
  })

  it('of a population goes by its mean or by its worst tenth', () => {
    const population = { mean: rate(0.93, 0.97), worstTenth: 0.7 }
    expect(verdictOf({ of: 'arms', atLeast: 0.92 }, { population })).toBe('met')
    expect(verdictOf({ of: 'worstTenth', atLeast: 0.7 }, { population })).toBe('met')
    expect(verdictOf({ of: 'worstTenth', atLeast: 0.75 }, { population })).toBe('missed')
  })

  it('of the last goal is met where its interval lies above that of another figure', () => {
    const bar: Bar = { of: 'lastGoal', above: 'state put back' }
    const goals = (low: number, high: number) => ({
      attempts: [rate(0.9, 1), rate(low, high)].map((success, k) => {
        return { attempt: k + 1, success, timeToGoalS: 1 }
      }),
    })
    const against = (other: Figure) => (name: string) => (name === 'state put back' ? [other] : [])
    const judge = (here: Figure, there: Figure) => judgeBar(bar, [here], against(there)).verdict
    expect(judge(goals(0.9, 0.95), goals(0.8, 0.89))).toBe('met')
    expect(judge(goals(0.85, 0.95), goals(0.8, 0.89))).toBe('open')
    expect(judge(goals(0.7, 0.79), goals(0.8, 0.89))).toBe('missed')
    expect(verdictOf(bar, goals(0.9, 0.95))).toBe('open')
  })

  it('of minutes is met by the slowest seed', () => {
    const bar: Bar = { of: 'minutes', success: 0.9, atMost: 12 }
    const takes = (minutes: number) => ({
      curve: [
        { steps: 1e5, wallS: 30, success: 0.5 },
        { steps: 1e6, wallS: 60 * minutes, success: 0.9 },
        { steps: 2e6, wallS: 6000, success: 0.96 },
      ],
    })
    expect(judgeBar(bar, [takes(12), takes(1)], none)).toEqual({
      asked: '90 % in ≤ 12 min',
      verdict: 'met',
    })
    expect(verdictOf(bar, takes(13), takes(1))).toBe('open')
    expect(verdictOf(bar, takes(13))).toBe('missed')
    const never = { curve: [{ steps: 1e6, wallS: 60, success: 0.89 }] }
    expect(verdictOf(bar, takes(1), never)).toBe('open')
  })
})

describe('the table of evidence', () => {
  const figure = { command: 'eval a', episodes: 500, quickEpisodes: 5 }
  const config = evidenceSchema.parse({
    version: 1,
    trainings: [
      {
        name: 'fast',
        command: 'train push-so101',
        seeds: [1, 2],
        until: 'success=0.9',
        quickUntil: 'steps=50',
        minutes: 30,
        bars: [
          { of: 'minutes', success: 0.9, atMost: 12 },
          { of: 'minutes', success: 0.95, atMost: 20 },
        ],
      },
    ],
    figures: [
      {
        ...figure,
        name: 'paired',
        command: 'eval a --against rapier',
        bars: [{ of: 'difference', atLeast: -0.03 }],
      },
      { ...figure, name: 'goals', command: 'eval a --goals 3' },
      { ...figure, name: 'state', command: 'eval a --readout' },
      {
        ...figure,
        name: 'trained',
        command: 'eval {fast}',
        bars: [{ of: 'success', thresholdM: 0.05, atLeast: 0.9 }],
      },
    ],
  })
  const setting = { isQuick: false, version: '1', runsDir: 'runs', readPolicy: () => undefined }
  const sections = [{ title: 'all', jobs: evidenceJobs(config, setting) }]
  const results: Record<string, Figure> = {
    fast: { steps: 2_000_000, curve: [{ steps: 1_250_000, wallS: 90, success: 0.92 }] },
    paired: {
      episodes: 500,
      success: { '0.05': rate(0.9, 0.92) },
      paired: { difference: -0.011, low: -0.02, high: -0.002 },
    },
    goals: {
      trials: 64,
      thresholdM: 0.05,
      attempts: [rate(0.9, 1), rate(0.7, 0.8), rate(0.6, 0.7)].map((success, k) => {
        return { attempt: k + 1, success, timeToGoalS: 1 }
      }),
    },
    state: {
      episodes: 256,
      atS: [0, 1.6],
      parameters: [
        { name: 'stiffness', explained: [0, 0.32] },
        { name: 'objectMassKg', explained: [null, null] },
      ],
    },
    trained: { episodes: 500, success: { '0.05': rate(0.9, 0.98) } },
  }
  const entries = sections[0]!.jobs.map(({ name, key }) => {
    return { name, key, command: '', result: { ...results[name] } }
  })

  it('says of each figure what it is about, and what is asked of it', () => {
    const lines = evidenceTable(sections, entries).split('\n')
    expect(lines).toContain(
      '| paired | 500 | 5 cm: 91.0 % (90.0–92.0), on the same draws −1.1 points (−2.0 to −0.2) | ≥ −3 points: **met** |',
    )
    expect(lines).toContain(
      '| goals | 64 | 5 cm: goal 1: 95.0 % (90.0–100.0), goal 3: 65.0 % (60.0–70.0) |  |',
    )
    expect(lines).toContain('| state | 256 | R²: stiffness 0.32 (1.6 s), objectMassKg – |  |')
    expect(lines).toContain(
      '| fast | 2 of 2 seeds × – | 90 %: 1.5 min (1.25 million steps), 1.5 min (1.25 million steps); 95 %: not reached, not reached | 90 % in ≤ 12 min: **met**, 95 % in ≤ 20 min: **open** |',
    )
    expect(evidenceBars(sections, entries)).toContainEqual({
      ...{ config: 'all', name: 'trained' },
      ...{ asked: '5 cm ≥ 90 %', verdict: 'met' },
    })
  })

  it('leaves open what a seed without a figure may yet decide', () => {
    const [first] = entries.filter(({ name }) => name === 'fast')
    const verdicts = evidenceBars(sections, [first!]).filter(({ name }) => name === 'fast')
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['open', 'open'])
  })

  it('asks nothing of trainings that were cut short', () => {
    const jobs = evidenceJobs(config, { ...setting, isQuick: true })
    expect(evidenceBars([{ title: 'all', jobs }], []).map(({ name }) => name)).toEqual(['paired'])
  })

  it('ends a training that does not come to its goal', () => {
    expect(sections[0]!.jobs[0]!.args.slice(-4, -2)).toEqual(['--minutes', '30'])
  })

  it('refuses a bar that speaks of a figure that is not there', () => {
    const bars = [{ of: 'lastGoal', above: 'nothing' }]
    const wrong = { version: 1, figures: [{ ...figure, name: 'goals', bars }] }
    expect(() => evidenceSchema.parse(wrong)).toThrow(/there is no figure nothing/)
  })
})
