import { escapeHtml, formatNumber, type Point, REPORT_STYLE, renderChart } from './html-chart.ts'
import type { EvaluationEvent, TrainEvent, UpdateEvent } from './train-events.ts'

/** Figures of updates that are drawn where an algorithm has them. */
const FIGURE_CHARTS: Readonly<Record<string, string>> = {
  kl: 'how far an update moved the policy (KL)',
  learningRate: 'learning rate',
  std: 'exploration (standard deviation of an action)',
}

export interface ReportInput {
  readonly title: string
  readonly events: readonly TrainEvent[]
  /** Preformatted text under a heading each: config, sampled ranges. */
  readonly sections: Readonly<Record<string, string>>
}

/** A run as one self-contained HTML page: warnings, curves over environment steps, evaluations, settings. */
export function renderReport({ title, events, sections }: ReportInput): string {
  const updates = events.filter((event): event is UpdateEvent => event.kind === 'update')
  const evaluations = events.filter(
    (event): event is EvaluationEvent => event.kind === 'evaluation',
  )
  const curve = (pick: (event: UpdateEvent) => number) =>
    updates.map((event): Point => [event.steps, pick(event)])
  const charts = [
    renderChart('steps', 'success share', [
      { name: 'training', points: curve((e) => e.success) },
      { name: 'evaluation', points: evaluations.map((e) => [e.steps, e.success]) },
      { name: 'width of randomization', points: curve((e) => e.width) },
    ]),
    renderChart('steps', 'object to goal at the end [m]', [
      { name: 'training', points: curve((e) => e.meanDistanceM) },
      {
        name: 'evaluation',
        points: evaluations.map((e) => [e.steps, e.meanDistanceM ?? Number.NaN]),
      },
    ]),
    renderChart('steps', 'return per episode', [
      { name: 'training', points: curve((e) => e.meanReturn) },
    ]),
    renderChart('steps', 'environment steps per second', [
      { name: 'all arms', points: curve((e) => e.stepsPerS) },
    ]),
    ...Object.entries(FIGURE_CHARTS)
      .filter(([name]) => updates.some(({ figures }) => figures[name] !== undefined))
      .map(([name, heading]) =>
        renderChart('steps', heading, [
          { name: 'training', points: curve(({ figures }) => figures[name] ?? Number.NaN) },
        ]),
      ),
    renderChart('steps', 'where the time of an update went [s]', [
      { name: 'collecting', points: curve((e) => e.times.collectS) },
      { name: 'of it simulating', points: curve((e) => e.times.simulateS) },
      { name: 'of it acting', points: curve((e) => e.times.inferS) },
      { name: 'learning', points: curve((e) => e.times.learnS) },
      { name: 'of it waiting for gradients', points: curve((e) => e.times.gradientWaitS) },
    ]),
  ]
  const texts = Object.entries(sections).map(
    ([heading, text]) => `<h2>${escapeHtml(heading)}</h2><pre>${escapeHtml(text)}</pre>`,
  )
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<style>${REPORT_STYLE}</style><h1>${escapeHtml(title)}</h1>
${warningList(events)}
${charts.join('\n')}
<h2>Evaluations on held-out draws</h2>${evaluationTable(evaluations)}
${texts.join('\n')}</html>
`
}

/** What went wrong, in order; nothing where nothing did. */
function warningList(events: readonly TrainEvent[]): string {
  const items = events.flatMap((event) => {
    if (event.kind === 'warning') return [`${lead(event)}${event.message}. ${event.hint}`]
    if (event.kind !== 'skipped') return []
    return [`${lead(event)}taken back, ${event.reason}; what went in: ${event.path}`]
  })
  if (items.length === 0) return ''
  const list = items.map((item) => `<li>${escapeHtml(item)}`)
  return `<h2>Warnings</h2><ul>${list.join('')}</ul>`
}

function lead({ iteration }: TrainEvent): string {
  return `update ${iteration}: `
}

function evaluationTable(evaluations: readonly EvaluationEvent[]): string {
  const rows = evaluations.map(
    (e) =>
      `<tr><td>${e.iteration}<td>${e.steps}<td>${(e.wallS / 60).toFixed(1)}<td>${e.episodes}<td>${(100 * e.success).toFixed(1)}<td>${formatNumber(e.meanDistanceM ?? Number.NaN)}<td>${e.isBest ? 'best' : ''}`,
  )
  return `<table><tr><th>update<th>steps<th>minutes<th>episodes<th>success %<th>mean distance [m]<th>${rows.join('')}</table>`
}
