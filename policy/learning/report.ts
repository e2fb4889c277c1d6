import type { EvaluationEvent, TrainEvent, UpdateEvent } from './train-events.ts'

export interface ReportInput {
  readonly title: string
  readonly events: readonly TrainEvent[]
  /** Preformatted text under a heading each: config, sampled ranges. */
  readonly sections: Readonly<Record<string, string>>
}

const STYLE = `body{font:14px system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#223}
svg{width:100%;height:12rem;background:#f7f8fa;border:1px solid #dde}polyline{fill:none;stroke-width:1.5}
table{border-collapse:collapse}td,th{padding:.2rem .8rem;text-align:right;border-bottom:1px solid #dde}
pre{background:#f7f8fa;padding:1rem;overflow:auto}figure{margin:1.5rem 0}`

/** A run as one self-contained HTML page: curves over environment steps, evaluations, settings. */
export function renderReport({ title, events, sections }: ReportInput): string {
  const updates = events.filter((event): event is UpdateEvent => event.kind === 'update')
  const evaluations = events.filter(
    (event): event is EvaluationEvent => event.kind === 'evaluation',
  )
  const curve = (pick: (event: UpdateEvent) => number) =>
    updates.map((event): Point => [event.steps, pick(event)])
  const charts = [
    chart('success share', [
      { name: 'training', points: curve((e) => e.success) },
      { name: 'evaluation', points: evaluations.map((e) => [e.steps, e.success]) },
      { name: 'width of randomization', points: curve((e) => e.width) },
    ]),
    chart('object to goal at the end [m]', [
      { name: 'training', points: curve((e) => e.meanDistanceM) },
      { name: 'evaluation', points: evaluations.map((e) => [e.steps, e.meanDistanceM]) },
    ]),
    chart('return per episode', [{ name: 'training', points: curve((e) => e.meanReturn) }]),
    chart('environment steps per second', [
      { name: 'all arms', points: curve((e) => e.stepsPerS) },
    ]),
    chart('where the time of an update went [s]', [
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
<style>${STYLE}</style><h1>${escapeHtml(title)}</h1>
${charts.join('\n')}
<h2>Evaluations on held-out draws</h2>${evaluationTable(evaluations)}
${texts.join('\n')}</html>
`
}

type Point = readonly [x: number, y: number]

interface Series {
  readonly name: string
  readonly points: readonly Point[]
}

const COLOURS = ['#2a6fdb', '#d9480f', '#2b8a3e', '#862e9c', '#868e96'] as const

function chart(title: string, series: readonly Series[]): string {
  const finite = series.map(({ name, points }) => ({
    name,
    points: points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y)),
  }))
  const all = finite.flatMap(({ points }) => points)
  const [left, right] = extent(all.map(([x]) => x))
  const [low, high] = extent([0, ...all.map(([, y]) => y)])
  const lines = finite.map(({ points }, k) => {
    const path = points.map(([x, y]) => {
      const px = (1000 * (x - left)) / (right - left)
      return `${px.toFixed(1)},${(195 - (190 * (y - low)) / (high - low)).toFixed(1)}`
    })
    return `<polyline stroke="${COLOURS[k]}" points="${path.join(' ')}"/>`
  })
  const legend = finite.map(
    ({ name }, k) => `<span style="color:${COLOURS[k]}">${escapeHtml(name)}</span>`,
  )
  return `<figure><figcaption><b>${escapeHtml(title)}</b>, ${format(low)} to ${format(high)}, over ${format(right)} steps: ${legend.join(', ')}</figcaption>
<svg viewBox="0 0 1000 200" preserveAspectRatio="none">${lines.join('')}</svg></figure>`
}

/** Smallest and greatest, never equal. */
function extent(values: readonly number[]): [number, number] {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (!(low <= high)) return [0, 1]
  return low === high ? [low, low + 1] : [low, high]
}

function evaluationTable(evaluations: readonly EvaluationEvent[]): string {
  const rows = evaluations.map(
    (e) =>
      `<tr><td>${e.iteration}<td>${e.steps}<td>${(e.wallS / 60).toFixed(1)}<td>${e.episodes}<td>${(100 * e.success).toFixed(1)}<td>${format(e.meanDistanceM)}<td>${e.isBest ? 'best' : ''}`,
  )
  return `<table><tr><th>update<th>steps<th>minutes<th>episodes<th>success %<th>mean distance [m]<th>${rows.join('')}</table>`
}

function format(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : '–'
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
