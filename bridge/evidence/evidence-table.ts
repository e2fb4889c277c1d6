import { centimetres } from '../cli/centimetres.ts'
import type { EvidenceEntry, EvidenceJob } from './evidence.ts'

interface Rate {
  readonly rate: number
  readonly low: number
  readonly high: number
}

interface Figure {
  readonly episodes?: number
  readonly success?: Readonly<Record<string, Rate>>
}

/** The figures as a Markdown table, in the order of the jobs, seeds in one row; – where there is none yet. */
export function evidenceTable(
  jobs: readonly EvidenceJob[],
  entries: readonly EvidenceEntry[],
): string {
  const figures = jobs.filter(({ training }) => training === undefined)
  const names = [...new Set(figures.map(({ name }) => name))]
  const rows = names.map((name) => {
    const keys = figures.filter((job) => job.name === name).map(({ key }) => key)
    const newest = keys.map((key) => entries.findLast((each) => each.key === key))
    const results = newest.flatMap((entry) => (entry?.result ? [entry.result as Figure] : []))
    const missing = newest.find((entry) => entry?.error !== undefined)?.error ?? '–'
    const seeds = keys.length > 1 ? `${results.length} of ${keys.length} seeds × ` : ''
    const text = results.length > 0 ? describeRates(results) : missing
    return `| ${name} | ${seeds}${results[0]?.episodes ?? '–'} | ${text} |`
  })
  const head = '| what | episodes | success (95 % Wilson; over seeds their mean, least to most) |'
  return [head, '|---|---|---|', ...rows, ''].join('\n')
}

function describeRates(results: readonly Figure[]): string {
  const thresholds = Object.keys(results[0]!.success ?? {})
  return thresholds
    .map((thresholdM) => {
      const rates = results.flatMap(({ success }) => success?.[thresholdM] ?? [])
      return `${centimetres(Number(thresholdM))}: ${describe(rates)}`
    })
    .join(', ')
}

function describe(rates: readonly Rate[]): string {
  const percent = (share: number) => (share * 100).toFixed(1)
  const values = rates.map(({ rate }) => rate)
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length
  const [low, high] =
    rates.length === 1
      ? [rates[0]!.low, rates[0]!.high]
      : [Math.min(...values), Math.max(...values)]
  return `${percent(mean)} % (${percent(low)}–${percent(high)})`
}
