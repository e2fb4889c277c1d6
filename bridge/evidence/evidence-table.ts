import type { LearningPoint } from '../../policy/learning/train-progress.ts'
import { centimetres } from '../cli/centimetres.ts'
import { type JudgedBar, judgeBar, reachedAt, wholePercent } from './bars.ts'
import type { Bar } from './evidence.schema.ts'
import type { EvidenceEntry, EvidenceJob } from './evidence.ts'
import { describeRate, type Figure, overSeeds, percent } from './figure.ts'

/** Jobs of one config. */
export interface EvidenceSection {
  readonly title: string
  readonly jobs: readonly EvidenceJob[]
}

/** What is asked of one figure, by seeds together. */
export interface EvidenceBar extends JudgedBar {
  readonly config: string
  readonly name: string
}

const HEAD = '| what | episodes | result (95 %; over seeds their mean, least to most) | asked |'

/** The figures as Markdown tables, in the order of the jobs, seeds in one row; – where there is none yet. */
export function evidenceTable(
  sections: readonly EvidenceSection[],
  entries: readonly EvidenceEntry[],
): string {
  const tables = sections.map((section) => {
    const rows = rowsOf(section, entries).map(({ name, keys, figures, missing, asked, bars }) => {
      const [first] = figures
      const seeds = keys.length > 1 ? `${figures.length} of ${keys.length} seeds × ` : ''
      const episodes = first?.episodes ?? first?.trials ?? '–'
      const verdicts = bars.map((each) => `${each.asked}: **${each.verdict}**`).join(', ')
      return `| ${name} | ${seeds}${episodes} | ${first ? describe(figures, asked) : missing} | ${verdicts} |`
    })
    return [`## ${section.title}`, '', HEAD, '|---|---|---|---|', ...rows, ''].join('\n')
  })
  return tables.join('\n')
}

/** All that is asked of figures, and what they say. */
export function evidenceBars(
  sections: readonly EvidenceSection[],
  entries: readonly EvidenceEntry[],
): EvidenceBar[] {
  return sections.flatMap((section) =>
    rowsOf(section, entries).flatMap(({ name, bars }) =>
      bars.map((each) => ({ config: section.title, name, ...each })),
    ),
  )
}

interface Row {
  readonly name: string
  readonly keys: readonly string[]
  readonly figures: readonly Figure[]
  /** What stands there without figures. */
  readonly missing: string
  readonly asked: readonly Bar[]
  readonly bars: readonly JudgedBar[]
}

/** A row for each figure, and for each training of which something is asked. */
function rowsOf({ jobs }: EvidenceSection, entries: readonly EvidenceEntry[]): Row[] {
  const shown = jobs.filter(({ training, bars }) => training === undefined || bars.length > 0)
  const names = [...new Set(shown.map(({ name }) => name))]
  const keysOf = (name: string) => shown.filter((job) => job.name === name).map(({ key }) => key)
  const newestOf = (name: string) =>
    keysOf(name).map((key) => entries.findLast((each) => each.key === key))
  const figuresOf = (name: string) =>
    newestOf(name).flatMap((entry) => (entry?.result ? [entry.result as Figure] : []))
  return names.map((name) => {
    const figures = figuresOf(name)
    const missing = newestOf(name).find((entry) => entry?.error !== undefined)?.error ?? '–'
    const { bars } = shown.find((job) => job.name === name)!
    const keys = keysOf(name)
    // Who has not come to a figure may be the worst of them.
    const isWhole = figures.length === keys.length
    const judged = bars.map((bar) => judgeBar(bar, isWhole ? figures : [], figuresOf))
    return { name, keys, figures, missing, asked: bars, bars: judged }
  })
}

/** @param figures - one at least, all of one command */
function describe(figures: readonly Figure[], asked: readonly Bar[]): string {
  const [first] = figures
  if (first!.attempts !== undefined) return describeGoals(figures)
  if (first!.parameters !== undefined) return describeReadout(first!)
  if (first!.steps !== undefined) return describeTraining(figures, asked)
  const rates = Object.keys(first!.success ?? {}).map((thresholdM) => {
    const of = figures.flatMap(({ success }) => success?.[thresholdM] ?? [])
    return `${centimetres(Number(thresholdM))}: ${describeRate(overSeeds(of))}`
  })
  return [...rates, ...describePaired(first!), ...describeArms(first!)].join(', ')
}

function describePaired({ paired }: Figure): string[] {
  if (paired === undefined) return []
  const points = (share: number) => percent(share).replace('-', '−')
  const { difference, low, high } = paired
  return [`on the same draws ${points(difference)} points (${points(low)} to ${points(high)})`]
}

function describeArms({ population }: Figure): string[] {
  if (population === undefined) return []
  const { mean, worstTenth } = population
  return [`by arms ${describeRate(mean)}, the worst tenth ${percent(worstTenth)} %`]
}

/** The first and the last goal. */
function describeGoals(figures: readonly Figure[]): string {
  const count = figures[0]!.attempts!.length
  const goals = [...new Set([0, count - 1])].map((index) => {
    const of = figures.flatMap(({ attempts }) => attempts?.[index]?.success ?? [])
    return `goal ${index + 1}: ${describeRate(overSeeds(of))}`
  })
  return `${centimetres(figures[0]!.thresholdM!)}: ${goals.join(', ')}`
}

/** R² of each parameter at the time at which it is best. */
function describeReadout({ atS, parameters }: Figure): string {
  const best = parameters!.map(({ name, explained }) => {
    const values = explained.map((value) => value ?? Number.NEGATIVE_INFINITY)
    const most = Math.max(...values)
    if (most === Number.NEGATIVE_INFINITY) return `${name} –`
    return `${name} ${most.toFixed(2)} (${atS![values.indexOf(most)]!.toFixed(1)} s)`
  })
  return `R²: ${best.join(', ')}`
}

/** When each success that is asked was reached, seed by seed. */
function describeTraining(figures: readonly Figure[], asked: readonly Bar[]): string {
  const goals = asked.flatMap((bar) => (bar.of === 'minutes' ? [bar.success] : []))
  const reached = goals.map((success) => {
    const runs = figures.map((figure) => describePoint(reachedAt(figure, success)))
    return `${wholePercent(success)}: ${runs.join(', ')}`
  })
  return reached.join('; ')
}

function describePoint(point: LearningPoint | undefined): string {
  if (point === undefined) return 'not reached'
  return `${(point.wallS / 60).toFixed(1)} min (${(point.steps / 1e6).toFixed(2)} million steps)`
}
